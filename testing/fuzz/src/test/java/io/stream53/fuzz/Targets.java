package io.stream53.fuzz;

import io.stream53.agent.dnstap.DnstapFuzzer;
import io.stream53.agent.publish.SpoolFuzzer;
import io.stream53.connect.DocumentFuzzer;
import java.util.List;
import java.util.function.Consumer;

/** Every fuzz target. */
final class Targets {
    /**
     * One target.
     *
     * @param type class that Jazzer is told
     * @param once the same, to be called directly
     */
    record Target(Class<?> type, Consumer<byte[]> once) {
        @Override
        public String toString() {
            return type.getSimpleName();
        }
    }

    private Targets() {}

    static List<Target> all() {
        return List.of(
                new Target(MessageFuzzer.class, MessageFuzzer::fuzzerTestOneInput),
                new Target(FrameFuzzer.class, FrameFuzzer::fuzzerTestOneInput),
                new Target(RecordFuzzer.class, RecordFuzzer::fuzzerTestOneInput),
                new Target(DocumentFuzzer.class, DocumentFuzzer::fuzzerTestOneInput),
                new Target(CaptureFileFuzzer.class, CaptureFileFuzzer::fuzzerTestOneInput),
                new Target(DnstapFuzzer.class, DnstapFuzzer::fuzzerTestOneInput),
                new Target(PrivacyFuzzer.class, PrivacyFuzzer::fuzzerTestOneInput),
                new Target(SpoolFuzzer.class, SpoolFuzzer::fuzzerTestOneInput),
                new Target(StateFuzzer.class, StateFuzzer::fuzzerTestOneInput));
    }
}
