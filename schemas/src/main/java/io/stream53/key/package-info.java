/**
 * The key of {@code dns.raw} and the id of {@code dns.enriched}: byte layouts that every producer
 * and consumer shares, and that decide which partition a packet lands in.
 */
@NullMarked
package io.stream53.key;

import org.jspecify.annotations.NullMarked;
