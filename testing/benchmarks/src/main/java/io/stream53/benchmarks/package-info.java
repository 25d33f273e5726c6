/**
 * What the parts cost, measured: whole processes ({@code ./stream53 bench agent} and {@code
 * ./stream53 bench processor}) and single steps with JMH ({@code ./stream53 bench jmh}). Figures
 * that were seen are in docs/performance.md.
 */
@NullMarked
package io.stream53.benchmarks;

import org.jspecify.annotations.NullMarked;
