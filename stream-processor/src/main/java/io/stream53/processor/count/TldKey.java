package io.stream53.processor.count;

import io.stream53.processor.enrich.Labels;
import io.stream53.schema.DnsTransaction;

/**
 * The key that a transaction counts under in the dimension {@link Dimension#TLD}. The words that
 * stand for no domain are none that is delegated: RFC 6761 reserves {@code invalid}, so queries for
 * names below it share its key.
 */
final class TldKey {
    /** Names that cannot be read, and transactions without a question. */
    static final String INVALID = "invalid";

    private TldKey() {}

    /** Last label as A-label in lower case, {@code .} for the root. */
    static String of(DnsTransaction transaction) {
        var question = transaction.getDns().getQuestion();
        if (question == null || question.getName().isEmpty()) {
            return INVALID;
        }
        String name = question.getName();
        return name.equals(".") ? name : Labels.toALabel(Labels.last(name));
    }
}
