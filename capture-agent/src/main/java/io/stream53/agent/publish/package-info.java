/**
 * From decoded messages to records of {@code dns.raw}: key, partition, number, Avro bytes,
 * watermarks; and the Kafka producer behind them.
 */
@NullMarked
package io.stream53.agent.publish;

import org.jspecify.annotations.NullMarked;
