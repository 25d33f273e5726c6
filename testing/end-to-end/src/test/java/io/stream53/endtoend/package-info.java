/** Tests of the parts together, as a user runs them. */
@NullMarked
package io.stream53.endtoend;

import org.jspecify.annotations.NullMarked;
