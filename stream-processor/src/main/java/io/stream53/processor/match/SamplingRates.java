package io.stream53.processor.match;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The sampling rates that one node reported lately, by event time. A report holds until the next
 * one that differs. Reports come in order of arrival: one that is older than what was seen before
 * it, as a watermark is, counts from the latest time seen, since it tells what holds now.
 */
final class SamplingRates {
    /** Beyond so many changes the two oldest become one, with the larger rate. */
    private static final int MAX_CHANGES = 64;

    private static final int ALL = 1;

    private record Change(long fromUs, int rate) {}

    private final Deque<Change> changes = new ArrayDeque<>();
    private long run;
    private long latestUs = Long.MIN_VALUE;

    /** Nothing is left out until something else is said. */
    private int current = ALL;

    /**
     * Takes a report.
     *
     * @param ofRun the agent's run; with a new one time may go back, and then nothing of before
     *     counts
     * @return whether the rate has changed
     */
    boolean report(long ofRun, long timeUs, int rate) {
        if (ofRun != run) {
            run = ofRun;
            if (timeUs < latestUs) {
                changes.clear();
                latestUs = Long.MIN_VALUE;
                current = ALL;
            }
        }
        if (timeUs > latestUs && timeUs != Long.MAX_VALUE) {
            latestUs = timeUs;
        }
        if (rate == current || rate < ALL) {
            return false;
        }
        if (changes.size() == MAX_CHANGES) {
            Change oldest = changes.removeFirst();
            Change next = changes.removeFirst();
            changes.addFirst(new Change(oldest.fromUs, Math.max(oldest.rate, next.rate)));
        }
        changes.addLast(new Change(latestUs, rate));
        current = rate;
        return true;
    }

    /** The rate reported last. */
    int current() {
        return current;
    }

    /** The largest rate that held at any time from one to the other, both included. */
    int largest(long fromUs, long toUs) {
        int largest = ALL;
        for (var at = changes.descendingIterator(); at.hasNext(); ) {
            Change change = at.next();
            if (change.fromUs <= toUs) {
                largest = Math.max(largest, change.rate);
            }
            if (change.fromUs <= fromUs) {
                break;
            }
        }
        return largest;
    }

    /** Forgets what no longer held at a time. */
    void forgetBefore(long timeUs) {
        while (changes.size() > 1) {
            Change oldest = changes.removeFirst();
            if (changes.getFirst().fromUs > timeUs) {
                changes.addFirst(oldest);
                return;
            }
        }
    }

    int bytes() {
        return 18 + 12 * changes.size();
    }

    /** Writes {@link #bytes()} bytes: run i64, latest time i64, u16 times (from i64, rate i32). */
    void write(ByteBuffer out) {
        out.putLong(run).putLong(latestUs).putShort((short) changes.size());
        changes.forEach(change -> out.putLong(change.fromUs).putInt(change.rate));
    }

    void read(ByteBuffer in) {
        run = in.getLong();
        latestUs = in.getLong();
        int size = Short.toUnsignedInt(in.getShort());
        for (int i = 0; i < size; i++) {
            changes.addLast(new Change(in.getLong(), in.getInt()));
        }
        current = changes.isEmpty() ? ALL : changes.getLast().rate;
    }
}
