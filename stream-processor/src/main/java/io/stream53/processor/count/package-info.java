/**
 * Counting of transactions in one-minute UTC windows of their event time, in two steps: each task
 * adds up its own ({@link io.stream53.processor.count.TaskCounts}), and only these partial sums are
 * sent on, by key, and merged ({@link io.stream53.processor.count.WindowMerger}), so that a busy
 * key such as {@code com} is one message each few seconds and not a hot spot. Everything here is
 * pure: no Kafka, no clock, no I/O; one thread per object.
 */
@NullMarked
package io.stream53.processor.count;

import org.jspecify.annotations.NullMarked;
