/**
 * The search engine of the standalone pipeline: OpenSearch as a library, one node on loopback. It
 * has a classpath of its own, because it and Kafka want different versions of the same jars.
 */
@NullMarked
package io.stream53.standalone.search;

import org.jspecify.annotations.NullMarked;
