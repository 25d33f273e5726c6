package io.stream53.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The corpus through every target, whole and with seeded damage. */
class CorpusTest {
    private static final int MUTATIONS = 3_000;

    static Stream<Targets.Target> targets() {
        return Targets.all().stream();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void theCorpusHoldsTogether(Targets.Target target) throws IOException {
        List<byte[]> inputs = Corpus.of(target);
        assertThat(inputs).isNotEmpty();
        for (byte[] input : inputs) {
            target.once().accept(input);
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void damageIsNoFailure(Targets.Target target) throws IOException {
        Random random = new Random(53);
        List<byte[]> inputs = Corpus.of(target);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] damaged = mutate(inputs.get(random.nextInt(inputs.size())), random);
            assertThatCode(() -> target.once().accept(damaged))
                    .as(() -> "input " + HexFormat.of().formatHex(damaged))
                    .doesNotThrowAnyException();
        }
    }

    private static byte[] mutate(byte[] input, Random random) {
        byte[] bytes = Arrays.copyOf(input, input.length - random.nextInt(input.length / 4 + 1));
        for (int i = random.nextInt(1, 12); i > 0 && bytes.length > 0; i--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes[at] = (byte) (random.nextBoolean() ? 0xff : 0);
                default -> {
                    int from = random.nextInt(bytes.length);
                    int length = Math.min(random.nextInt(64), bytes.length - Math.max(at, from));
                    System.arraycopy(bytes, from, bytes, at, length);
                }
            }
        }
        return bytes;
    }
}
