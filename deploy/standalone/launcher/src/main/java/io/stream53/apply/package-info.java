/**
 * Puts what stream53 needs into the user's own schema registry, search engine, dashboards and Kafka
 * Connect: {@link io.stream53.apply.Apply} asks each server what it has, compares that with the
 * files of {@code connect-config}, and sends what differs. Running it again changes nothing.
 */
@NullMarked
package io.stream53.apply;

import org.jspecify.annotations.NullMarked;
