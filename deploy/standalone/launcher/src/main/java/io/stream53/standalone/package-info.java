/**
 * The pipeline on one machine. {@code demo} starts every part as a process of its own on loopback
 * ports, feeds it and reads its ledger; {@code inspect} runs the same decoder, matcher and enricher
 * in one process, without Kafka. Nothing here takes part in the data's way.
 */
@NullMarked
package io.stream53.standalone;

import org.jspecify.annotations.NullMarked;
