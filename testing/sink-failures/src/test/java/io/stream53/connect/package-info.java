/** The sink before real engines, when things go wrong. */
@NullMarked
package io.stream53.connect;

import org.jspecify.annotations.NullMarked;
