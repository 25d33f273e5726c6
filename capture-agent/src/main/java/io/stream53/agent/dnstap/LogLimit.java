package io.stream53.agent.dnstap;

import java.util.function.Consumer;

/** Lets so many lines through a minute, so that no stranger can fill the disk with them. */
final class LogLimit implements Consumer<String> {
    private static final int LINES = 20;
    private static final int SECONDS = 60;

    private final Consumer<String> log;
    private int lines;
    private int seconds;
    private long leftOut;

    LogLimit(Consumer<String> log) {
        this.log = log;
    }

    @Override
    public synchronized void accept(String line) {
        if (lines < LINES) {
            lines++;
            log.accept(line);
        } else {
            leftOut++;
        }
    }

    /** Each second. */
    synchronized void tick() {
        seconds++;
        if (seconds < SECONDS) {
            return;
        }
        seconds = 0;
        lines = 0;
        if (leftOut > 0) {
            log.accept("%,d further lines about dnstap were left out.".formatted(leftOut));
            leftOut = 0;
        }
    }
}
