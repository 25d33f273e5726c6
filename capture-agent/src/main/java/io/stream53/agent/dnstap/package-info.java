/** DNS messages from name servers that tell of them themselves: dnstap over Frame Streams. */
@NullMarked
package io.stream53.agent.dnstap;

import org.jspecify.annotations.NullMarked;
