/** What a node from the classpath needs of Elasticsearch's own package. */
package org.elasticsearch.plugins;
