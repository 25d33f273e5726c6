/**
 * The matcher: joins queries to their responses. It is pure: messages and watermarks go in,
 * transactions come out; it knows no Kafka, no I/O and no clock, and every decision is taken by the
 * time inside the messages. docs/matching.md has the rules.
 */
@NullMarked
package io.stream53.processor.match;

import org.jspecify.annotations.NullMarked;
