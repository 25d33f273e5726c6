/** What the agent says of itself over HTTP: health, readiness, metrics. */
@NullMarked
package io.stream53.agent.status;

import org.jspecify.annotations.NullMarked;
