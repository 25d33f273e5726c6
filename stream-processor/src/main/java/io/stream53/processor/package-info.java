/**
 * The stream processor: reads dns.raw, joins, enriches and counts, and writes dns.enriched and
 * dns.tld-counts. {@link io.stream53.processor.DnsTopology} is the whole way on one page, {@link
 * io.stream53.processor.ProcessorMain} the program.
 */
@NullMarked
package io.stream53.processor;

import org.jspecify.annotations.NullMarked;
