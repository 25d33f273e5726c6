/** The Kafka topics: their names, partitions and settings in one place. */
@NullMarked
package io.stream53.topic;

import org.jspecify.annotations.NullMarked;
