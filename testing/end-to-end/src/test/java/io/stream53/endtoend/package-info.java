/** Whole runs by the commands that users type, and rules that hold across modules. */
@NullMarked
package io.stream53.endtoend;

import org.jspecify.annotations.NullMarked;
