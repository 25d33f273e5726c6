package io.stream53.processor.detect;

import io.stream53.processor.count.ByteReader;
import io.stream53.processor.count.ByteWriter;
import io.stream53.schema.AlertEvent;
import io.stream53.schema.AlertEvidence;
import io.stream53.schema.AlertFigure;
import io.stream53.schema.AlertRule;
import io.stream53.schema.AlertSubject;
import io.stream53.schema.DnsAlert;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A time in which a subject breaks a rule: at first a candidate, then an alert. */
final class Episode {
    /**
     * What tells one episode from others.
     *
     * @param start first slot
     */
    record Name(String rule, String subject, long start) implements Comparable<Name> {
        @Override
        public int compareTo(Name other) {
            int byStart = Long.compare(start, other.start);
            int byRule = byStart != 0 ? byStart : rule.compareTo(other.rule);
            return byRule != 0 ? byRule : subject.compareTo(other.subject);
        }

        /** 48 bits of the start's milliseconds, then 80 bits of a hash. */
        String id() {
            String text = rule + '|' + subject + '|' + start;
            byte[] hash = sha256().digest(text.getBytes(StandardCharsets.UTF_8));
            HexFormat hex = HexFormat.of();
            return hex.toHexDigits(Slots.startMs(start), 12) + hex.formatHex(hash, 0, 10);
        }

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException impossible) {
                throw new AssertionError("every Java platform has SHA-256", impossible);
            }
        }
    }

    static final String OPENED = "opened";
    static final String UPDATED = "updated";
    static final String CLOSED = "closed";

    private static final double MOST_RISK = 100;
    private static final double RISK_AT_THRESHOLD = 50;

    final Name name;

    /** Last slot that broke the rule. */
    long last;

    boolean open;
    private int slots;
    private double peak;
    private long peakMatched;
    private final Signs signs;

    Episode(Name name) {
        this(name, new Signs());
    }

    private Episode(Name name, Signs signs) {
        this.name = name;
        this.signs = signs;
        last = name.start;
    }

    /** Takes a slot that breaks the rule. */
    void add(Rule rule, long slot, Signs more, double excess) {
        // A slot that is judged again, for a node that is behind, stays one.
        slots += slots == 0 || slot > last ? 1 : 0;
        last = Math.max(last, slot);
        peak = Math.max(peak, excess);
        peakMatched = Math.max(peakMatched, rule.matched(more));
        signs.add(more);
    }

    int slots() {
        return slots;
    }

    /** The record of now. */
    DnsAlert toRecord(Rule rule, String status) {
        boolean closed = status.equals(CLOSED);
        Instant start = Instant.ofEpochMilli(Slots.startMs(name.start));
        Instant seen = Instant.ofEpochMilli(Slots.endMs(last));
        DnsAlert alert = new DnsAlert();
        alert.setId(name.id());
        alert.setTimestamp(start);
        alert.setStatus(status);
        alert.setFinal$(closed);
        alert.setRule(new AlertRule(rule.name(), rule.description(), figures(rule.thresholds())));
        alert.setEvent(new AlertEvent("alert", start, closed ? seen : null, seen, risk()));
        alert.setSubject(subject(rule));
        alert.setNodes(signs.nodes());
        alert.setEvidence(evidence(rule));
        return alert;
    }

    private double risk() {
        return MOST_RISK - RISK_AT_THRESHOLD / Math.max(1, peak);
    }

    private AlertSubject subject(Rule rule) {
        return switch (rule.watch()) {
            case SERVER ->
                    new AlertSubject(
                            "server",
                            Subject.addressOf(name.subject),
                            Subject.nodeOf(name.subject));
            case MISSING_NAMES, LONG_NAMES, LARGE_RESPONSES ->
                    new AlertSubject("registered_domain", name.subject, null);
            case LARGE_TO_CLIENT, FORGED -> new AlertSubject("client", name.subject, null);
        };
    }

    private AlertEvidence evidence(Rule rule) {
        long total = signs.get(Sign.TOTAL);
        long matched = rule.matched(signs);
        @Nullable Double share = rule.hasShare() ? Rule.ratio(matched, total) : null;
        boolean names = rule.hasNames();
        return new AlertEvidence(
                slots,
                Math.max(total, matched),
                matched,
                (double) peakMatched / Slots.SECONDS,
                share,
                names ? signs.distinctNames() : 0L,
                names ? signs.distinctClients() : 0L,
                figures(rule.figures(signs)),
                names ? signs.someNames() : List.of(),
                names ? signs.someClients() : List.of(),
                signs.someServers());
    }

    /** By name. */
    private static List<AlertFigure> figures(Map<String, Double> values) {
        return new TreeMap<>(values)
                .entrySet().stream()
                        .map(figure -> new AlertFigure(figure.getKey(), figure.getValue()))
                        .toList();
    }

    void write(ByteWriter out) {
        out.i64(last).u8(open ? 1 : 0).varint(slots);
        out.i64(Double.doubleToLongBits(peak)).varint(peakMatched);
        signs.write(out);
    }

    static Episode read(Name name, ByteReader in) {
        long last = in.i64();
        boolean open = in.u8() != 0;
        int slots = in.varint32();
        double peak = Double.longBitsToDouble(in.i64());
        long peakMatched = in.varint();
        Episode episode = new Episode(name, Signs.read(in));
        episode.last = last;
        episode.open = open;
        episode.slots = slots;
        episode.peak = peak;
        episode.peakMatched = peakMatched;
        return episode;
    }
}
