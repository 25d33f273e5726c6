package io.stream53.agent.source;

import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Texts of others, such as file names, made fit for a log: one line, without control characters.
 */
public final class Printable {
    private static final int MAX_LENGTH = 255;

    private Printable() {}

    /** The text, its control characters and lone surrogates as question marks, and not too long. */
    public static String text(@Nullable Object of) {
        return printable(String.valueOf(of).codePoints().limit(MAX_LENGTH));
    }

    /** The same at any length. */
    public static String whole(String text) {
        return printable(text.codePoints());
    }

    private static String printable(IntStream codePoints) {
        StringBuilder printable = new StringBuilder();
        codePoints.map(c -> isPrintable(c) ? c : '?').forEach(printable::appendCodePoint);
        return printable.toString();
    }

    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}
