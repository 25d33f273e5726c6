/** Bounds of what the agent takes from its host: processor time and memory, kept by sampling. */
@NullMarked
package io.stream53.agent.load;

import org.jspecify.annotations.NullMarked;
