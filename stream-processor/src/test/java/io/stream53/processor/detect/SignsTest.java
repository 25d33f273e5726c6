package io.stream53.processor.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.stream53.processor.count.ByteReader;
import io.stream53.processor.count.ByteWriter;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignsTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16, 17, 100, 1_000, 20_000, 500_000})
    void differentNamesAreCountedToSomePercent(int names) {
        Distinct distinct = new Distinct();
        for (int i = 0; i < names; i++) {
            distinct.add(Hash.of("host" + i + ".example.com"));
            distinct.add(Hash.of("host" + i / 2 + ".example.com"));
        }
        // three standard deviations
        assertThat(distinct.estimate()).isCloseTo(names, Percentage.withPercentage(14));
    }

    @Test
    void partsOfAnyGroupingAddUpToTheSameBytes() {
        Random random = new Random(1);
        Signs whole = new Signs();
        Signs[] parts = {new Signs(), new Signs(), new Signs()};
        for (int i = 0; i < 200; i++) {
            fill(whole, i);
            fill(parts[random.nextInt(3)], i);
        }
        Signs sum = new Signs();
        for (Signs part : parts) {
            sum.add(Signs.fromBytes(part.toBytes()));
        }
        assertThat(sum.toBytes()).isEqualTo(whole.toBytes());
        assertThat(sum.someNames()).hasSize(Signs.MOST_SAMPLES);
    }

    private static void fill(Signs signs, int i) {
        String name = "label" + i + ".example";
        signs.match(2, "ns" + i % 3);
        signs.name(Hash.of(name), name);
        signs.client("192.0.2." + i % 7);
        signs.server("192.0.2.53");
        signs.letters(name);
        signs.add(Sign.RESPONSE_BYTES, 100L * i);
    }

    @Test
    void damagedBytesAreRefusedOrRead() {
        Signs signs = new Signs();
        for (int i = 0; i < 40; i++) {
            fill(signs, i);
        }
        byte[] whole = signs.toBytes();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatIllegalArgumentException().isThrownBy(() -> Signs.fromBytes(cut));
        }
        Random random = new Random(2);
        int refused = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                Signs.fromBytes(damaged).toBytes();
            } catch (IllegalArgumentException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void aSlotOfATaskIsRefusedWhenItIsCut() {
        SlotSigns slot = new SlotSigns();
        fill(slot.of(Watch.FORGED, "192.0.2.1"), 1);
        slot.total("example.com", "192.0.2.1", 3);
        byte[] whole = slot.toBytes();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatIllegalArgumentException().isThrownBy(() -> new SlotSigns().read(cut));
        }
        SlotSigns again = new SlotSigns();
        again.read(whole);
        assertThat(again.toBytes()).isEqualTo(whole);
    }

    @Test
    void randomLettersHaveMoreEntropyThanWords() {
        Signs words = new Signs();
        words.letters("www.www.mail.mail.www");
        Signs data = new Signs();
        data.letters("mzxw6ytboi2dkn3qgy4tcmjrgu3tqojqgezdgnbvgy3tqojqgezdgnbvgy3tqojq");
        assertThat(new Signs().entropy()).isZero();
        assertThat(words.entropy()).isLessThan(3);
        assertThat(data.entropy()).isGreaterThan(3.5);
    }

    @Test
    void totalsOfASubjectThatStandsOutAreNearlyRightAmongManyOthers() {
        Totals totals = new Totals();
        Totals parts = new Totals();
        for (int i = 0; i < 200_000; i++) {
            totals.add("domain" + i + ".example", 1);
        }
        for (int i = 0; i < 1_000; i++) {
            parts.add("victim.example", 3);
        }
        totals.add(parts);
        assertThat(totals.estimate("victim.example", totals.sum()))
                .isCloseTo(3_000, Percentage.withPercentage(2));
        ByteWriter out = new ByteWriter();
        totals.write(out);
        Totals again = new Totals();
        again.read(new ByteReader(out.toBytes()));
        assertThat(again.sum()).isEqualTo(totals.sum());
    }
}
