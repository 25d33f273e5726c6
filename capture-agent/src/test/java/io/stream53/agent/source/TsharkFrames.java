package io.stream53.agent.source;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Times and lengths of a capture's frames by tshark. */
final class TsharkFrames {
    private TsharkFrames() {}

    /** {@code <microseconds> <length on the wire>} of each frame. */
    static List<String> of(String tshark, Path capture) throws IOException {
        Process process =
                new ProcessBuilder(
                                List.of(
                                        tshark,
                                        "-n",
                                        "-r",
                                        capture.toString(),
                                        "-T",
                                        "fields",
                                        "-e",
                                        "frame.time_epoch",
                                        "-e",
                                        "frame.len"))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            String text =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().map(TsharkFrames::frame).toList();
        } finally {
            process.destroyForcibly();
        }
    }

    private static String frame(String line) {
        String[] fields = line.split("\t", -1);
        BigDecimal seconds = new BigDecimal(fields[0]);
        long microseconds =
                seconds.movePointRight(6).setScale(0, RoundingMode.FLOOR).longValueExact();
        return microseconds + " " + fields[1];
    }
}
