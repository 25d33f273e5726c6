/**
 * What the operator leaves out: by zone, query type, response code and client network, queries and
 * responses together.
 */
@NullMarked
package io.stream53.agent.filter;

import org.jspecify.annotations.NullMarked;
