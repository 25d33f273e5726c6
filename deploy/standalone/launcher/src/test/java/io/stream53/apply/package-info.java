@NullMarked
package io.stream53.apply;

import org.jspecify.annotations.NullMarked;
