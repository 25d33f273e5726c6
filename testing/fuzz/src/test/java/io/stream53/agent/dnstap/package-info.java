/** The fuzz target of dnstap; it stands here for the sake of what only the package may call. */
@NullMarked
package io.stream53.agent.dnstap;

import org.jspecify.annotations.NullMarked;
