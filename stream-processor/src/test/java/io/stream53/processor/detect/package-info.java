@NullMarked
package io.stream53.processor.detect;

import org.jspecify.annotations.NullMarked;
