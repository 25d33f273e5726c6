/**
 * The one decoder of DNS wire format (RFC 1035 and its successors), used by the capture agent and
 * by the stream processor. Malformed and cut messages are values, never exceptions: what was
 * readable is kept, with a {@link io.stream53.dns.Defect} and the {@link io.stream53.dns.Section}
 * where reading stopped. Nothing here does I/O or knows a clock; no object is safe for use by two
 * threads at once.
 */
@NullMarked
package io.stream53.dns;

import org.jspecify.annotations.NullMarked;
