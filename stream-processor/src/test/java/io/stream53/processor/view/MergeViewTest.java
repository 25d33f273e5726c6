package io.stream53.processor.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.schema.NodeLedger;
import io.stream53.schema.TldCount;
import io.stream53.serde.GeneratedClasses;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MergeViewTest {
    static {
        GeneratedClasses.trust();
    }

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private final Views views = new Views(new ViewLimits(3, 2, 5, 2));
    private final MergeView view = views.merge(0);

    @Test
    void aLaterRecordTakesThePlaceOfAnEarlierOne() {
        show(0, "com", 1);
        show(0, "com", 2);
        assertThat(view.windows())
                .singleElement()
                .satisfies(window -> assertThat(queries(window, "com")).isEqualTo(2));
        assertThat(views.records()).isEqualTo(1);
    }

    @Test
    void theWindowsThatWereFedLastAreKept() {
        show(0, "com", 1);
        show(1, "com", 1);
        show(2, "com", 1);
        show(0, "net", 1);
        show(-60, "com", 1);
        assertThat(view.windows())
                .extracting(window -> window.name().startMs())
                .containsExactlyInAnyOrder(minute(0), minute(2), minute(-60));
        assertThat(views.records()).isEqualTo(4);
    }

    @Test
    void hoursAreKeptForThemselves() {
        for (int minute = 0; minute < 4; minute++) {
            show(minute, "com", 1);
        }
        TldCount hour = count(0, "com", 9);
        hour.setWindowEnd(NOON.plus(Duration.ofHours(1)));
        view.show("", hour);
        assertThat(view.windows()).hasSize(4);
        assertThat(view.windows())
                .filteredOn(window -> window.name().isHour())
                .singleElement()
                .satisfies(window -> assertThat(queries(window, "com")).isEqualTo(9));
    }

    @Test
    void aboveTheLimitTheOldestWindowGoesAndThenNewKeysOfTheOnlyOne() {
        MergeView other = views.merge(1);
        other.show("", count(0, "com", 1));
        show(0, "com", 1);
        show(1, "a", 1);
        show(1, "b", 1);
        show(1, "c", 1);
        show(1, "d", 1);
        assertThat(view.windows())
                .singleElement()
                .satisfies(
                        window -> {
                            assertThat(window.name().startMs()).isEqualTo(minute(1));
                            assertThat(window.isCut()).isFalse();
                        });
        show(1, "e", 1);
        show(1, "a", 7);
        assertThat(view.windows())
                .singleElement()
                .satisfies(
                        window -> {
                            assertThat(window.isCut()).isTrue();
                            assertThat(window.find("tld", "e")).isNull();
                            assertThat(queries(window, "a")).isEqualTo(7);
                        });
        assertThat(views.records()).isEqualTo(5);
    }

    @Test
    void whatWasRestoredGoesBeforeWhatWasEmitted() {
        for (int minute = 9; minute >= 6; minute--) {
            assertThat(view.restore(count(minute, "com", 1))).isTrue();
        }
        assertThat(view.windows())
                .extracting(window -> window.name().startMs())
                .containsExactlyInAnyOrder(minute(9), minute(8), minute(7));
        show(0, "com", 1);
        assertThat(view.windows())
                .extracting(window -> window.name().startMs())
                .containsExactlyInAnyOrder(minute(9), minute(8), minute(0));
    }

    @Test
    void sketchesAreNotHeld() {
        TldCount count = count(0, "com", 1);
        count.setClientsSketch(ByteBuffer.wrap(new byte[2048]));
        view.show("", count);
        assertThat(view.windows())
                .singleElement()
                .satisfies(
                        window -> {
                            TldCount held = window.find("tld", "com");
                            assertThat(held == null ? -1 : held.getClientsSketch().remaining())
                                    .isZero();
                        });
    }

    @Test
    void whatIsNoCountAndNoLedgerIsAnAlertAndTheLatestAreKept() {
        view.show("a", count(0, "com", 1));
        view.show("ns1", ledger("ns1"));
        // Any other record will do.
        var alert = new io.stream53.schema.Question();
        view.show("a1", alert);
        view.show("a2", new io.stream53.schema.Question());
        view.show("a1", alert);
        view.show("a3", new io.stream53.schema.Question());
        assertThat(view.alerts()).hasSize(2).contains(alert);
        assertThat(view.ledgers()).hasSize(1);
    }

    @Test
    void aTaskThatIsClosedLeavesNothing() {
        show(0, "com", 1);
        MergeView again = views.merge(0);
        assertThat(views.records()).isZero();
        views.close(view);
        assertThat(views.merges()).containsExactly(again);
        views.close(again);
        assertThat(views.merges()).isEmpty();
    }

    private void show(int minute, String key, long queries) {
        view.show("", count(minute, key, queries));
    }

    private static long queries(CountWindow window, String key) {
        TldCount count = window.find("tld", key);
        return count == null ? -1 : count.getQueries();
    }

    private static long minute(int number) {
        return NOON.plusSeconds(60L * number).toEpochMilli();
    }

    private static NodeLedger ledger(String node) {
        return NodeLedger.newBuilder()
                .setNode(node)
                .setTimestamp(NOON)
                .setWindowEnd(NOON.plusSeconds(60))
                .build();
    }

    private static TldCount count(int minute, String key, long queries) {
        Instant start = Instant.ofEpochMilli(minute(minute));
        return TldCount.newBuilder()
                .setTimestamp(start)
                .setWindowEnd(start.plusSeconds(60))
                .setDimension("tld")
                .setKey(key)
                .setQueries(queries)
                .build();
    }
}
