/**
 * From Kafka Connect to the search engine: a converter between Avro and Connect data, the document
 * that a record becomes, and a sink connector that indexes it in Elasticsearch or OpenSearch.
 *
 * <p>{@link io.stream53.connect.AvroData} and {@link io.stream53.connect.DocumentWriter} know no
 * Kafka cluster, no registry and no engine; whoever prints documents uses them directly, so that
 * what is printed is what would be indexed.
 */
@NullMarked
package io.stream53.connect;

import org.jspecify.annotations.NullMarked;
