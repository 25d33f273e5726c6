/** The fuzz target of the spool; it stands here for the sake of what only the package may call. */
@NullMarked
package io.stream53.agent.publish;

import org.jspecify.annotations.NullMarked;
