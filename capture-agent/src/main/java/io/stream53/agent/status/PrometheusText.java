package io.stream53.agent.status;

import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Metrics in Prometheus' text format, version 0.0.4. Each is written whole: help, type, then its
 * values; counters' names end in {@code _total}.
 */
public final class PrometheusText {
    /** The content type. */
    public static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /** Whole numbers up to here are exact in a double. */
    private static final double MAX_EXACT = 1L << 53;

    private final StringBuilder text = new StringBuilder();

    /** What only grows. */
    public PrometheusText counter(String name, String help, Number value) {
        head(name, help, "counter");
        return value(name, "", value.doubleValue());
    }

    /** What goes up and down. */
    public PrometheusText gauge(String name, String help, Number value) {
        head(name, help, "gauge");
        return value(name, "", value.doubleValue());
    }

    /** A counter with a value for each of a label's values. */
    public PrometheusText counters(
            String name, String help, String label, Map<String, ? extends Number> values) {
        head(name, help, "counter");
        return values(name, label, values, Number::doubleValue);
    }

    /** A gauge with a value for each of a label's values. */
    public PrometheusText gauges(
            String name, String help, String label, Map<String, ? extends Number> values) {
        head(name, help, "gauge");
        return values(name, label, values, Number::doubleValue);
    }

    private <N> PrometheusText values(
            String name, String label, Map<String, N> values, ToDoubleFunction<? super N> number) {
        values.forEach(
                (labelValue, value) ->
                        value(
                                name,
                                "{%s=\"%s\"}".formatted(label, escaped(labelValue, true)),
                                number.applyAsDouble(value)));
        return this;
    }

    private void head(String name, String help, String type) {
        text.append("# HELP ").append(name).append(' ').append(escaped(help, false)).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private PrometheusText value(String name, String labels, double value) {
        text.append(name).append(labels).append(' ').append(number(value)).append('\n');
        return this;
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < MAX_EXACT
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%s", value);
    }

    private static String escaped(String text, boolean inQuotes) {
        String escaped = text.replace("\\", "\\\\").replace("\n", "\\n");
        return inQuotes ? escaped.replace("\"", "\\\"") : escaped;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
