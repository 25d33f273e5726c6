/**
 * Elasticsearch as a library, one node on loopback, for tests. It has a classpath of its own, and
 * is in Elasticsearch's package, which keeps to itself how a node is put together.
 */
package org.elasticsearch.node;
