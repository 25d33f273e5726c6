/** Tests of the package of the same name. */
@NullMarked
package io.stream53.processor.enrich;

import org.jspecify.annotations.NullMarked;
