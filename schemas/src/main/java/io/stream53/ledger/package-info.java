/**
 * The ledger: what became of every DNS message, from the kernel to the search engine. The counters
 * have one name and one sentence each, and the equations between them stand once, in {@link
 * io.stream53.ledger.Ledger}.
 */
@NullMarked
package io.stream53.ledger;

import org.jspecify.annotations.NullMarked;
