/**
 * Attacks: each task collects signs of them by subject and slot ({@link
 * io.stream53.processor.detect.TaskSignals}), the subjects' mergers add these up and apply the
 * rules ({@link io.stream53.processor.detect.AlertMerger}). Pure: no Kafka, no I/O, no clock.
 * docs/alerts.md has the rules.
 */
@NullMarked
package io.stream53.processor.detect;

import org.jspecify.annotations.NullMarked;
