/**
 * Transactions become documents: {@link io.stream53.processor.enrich.Enricher} decodes what the
 * messages carry, splits names by the public suffix list and looks addresses up in MMDB files.
 * Malformed input is a value here: nothing that came from the network raises an exception.
 */
@NullMarked
package io.stream53.processor.enrich;

import org.jspecify.annotations.NullMarked;
