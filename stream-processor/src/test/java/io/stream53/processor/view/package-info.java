@NullMarked
package io.stream53.processor.view;

import org.jspecify.annotations.NullMarked;
