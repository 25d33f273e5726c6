/** The processor's HTTP side: whether it works, its metrics and its part of the ledger. */
@NullMarked
package io.stream53.processor.serve;

import org.jspecify.annotations.NullMarked;
