/** Tests of the matcher: one class for each rule of docs/matching.md, and random traffic. */
@NullMarked
package io.stream53.processor.match;

import org.jspecify.annotations.NullMarked;
