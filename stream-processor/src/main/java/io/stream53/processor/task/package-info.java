/**
 * The Kafka side of matching, enriching and counting: thin processors around the pure classes, and
 * the store that keeps their state across crashes. What is decided about DNS is decided elsewhere;
 * here records are decoded, numbered records are told apart, and results are forwarded.
 */
@NullMarked
package io.stream53.processor.task;

import org.jspecify.annotations.NullMarked;
