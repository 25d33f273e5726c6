/**
 * Avro in Confluent's wire format: a zero byte, the schema's id in four bytes, the record. Schemas
 * come from a registry that speaks Confluent's REST dialect. Three kinds of failure are kept apart,
 * because they call for different things:
 *
 * <ul>
 *   <li>bad data (wrong first byte, cut, unknown id): {@link
 *       org.apache.kafka.common.errors.SerializationException}; the record goes to the dead letters
 *   <li>the registry does not answer: {@link io.stream53.serde.RegistryUnavailableException}, a
 *       Kafka {@code RetriableException}; the record is good, try again
 *   <li>the registry says no (credentials, incompatible schema): {@link
 *       io.stream53.serde.RegistryRefusedException}; an operator has to act
 * </ul>
 *
 * <p>Confluent's own serializers can stand in for these by class name: the bytes and the
 * configuration keys are the same.
 */
@NullMarked
package io.stream53.serde;

import org.jspecify.annotations.NullMarked;
