package io.stream53.processor.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stream53.processor.match.StateWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DrainedStoreTest {
    /** Keeps texts; a null is deleted at the next drain. */
    private static final class Texts implements DrainedStore.Part {
        final Map<String, String> values = new TreeMap<>();
        String delete = "";

        @Override
        public void restore(byte[] key, byte[] value) {
            values.put(text(key), text(value));
        }

        @Override
        public void drain(StateWriter writer) {
            values.forEach((key, value) -> writer.put(bytes(key), bytes(value)));
            if (!delete.isEmpty()) {
                writer.delete(bytes(delete));
            }
        }

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        private static String text(byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private final DrainedStore store =
            new DrainedStoreBuilder("test").withLoggingDisabled().build();

    @BeforeEach
    void open() {
        store.init(new MockProcessorContext<>().getStateStoreContext(), store);
    }

    @Test
    void aNewPartHasWhatTheOldOneDrained() {
        store.attach('a', new Texts()).values.put("k", "v");
        store.flushCache();
        assertThat(store.attach('a', new Texts()).values).containsExactly(Map.entry("k", "v"));
    }

    @Test
    void whatWasNotDrainedIsGone() {
        store.attach('a', new Texts()).values.put("k", "v");
        assertThat(store.attach('a', new Texts()).values).isEmpty();
    }

    @Test
    void partsDoNotSeeEachOthersEntries() {
        store.attach('a', new Texts()).values.put("k", "of a");
        store.attach('b', new Texts()).values.put("k", "of b");
        store.flushCache();
        assertThat(store.attach('a', new Texts()).values).containsValue("of a").hasSize(1);
        assertThat(store.attach('b', new Texts()).values).containsValue("of b").hasSize(1);
    }

    @Test
    void deletesReachTheStore() {
        Texts texts = store.attach('a', new Texts());
        texts.values.put("k", "v");
        store.flushCache();
        texts.values.clear();
        texts.delete = "k";
        store.flushCache();
        assertThat(store.attach('a', new Texts()).values).isEmpty();
    }

    @Test
    void entriesOfANewerVersionAreRefusedBeforeAnythingIsCommitted() {
        for (char unknown : new char[] {0, 'a', 'l', 'z', 254}) {
            DrainedStore newer = new DrainedStoreBuilder("test").withLoggingDisabled().build();
            newer.init(new MockProcessorContext<>().getStateStoreContext(), newer);
            newer.attach(unknown, new Texts()).values.put("k", "v");
            newer.flushCache();
            newer.clearCache();
            Texts known = newer.attach('c', new Texts());
            newer.attach('m', new Texts());
            known.values.put("k", "v");
            assertThatThrownBy(newer::flushCache)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the kind '" + unknown + "'")
                    .hasMessageContaining("./stream53 reset");
        }
    }

    @Test
    void aTaskThatBecomesAStandbyDrainsNoMore() {
        Texts texts = store.attach('a', new Texts());
        store.clearCache();
        texts.values.put("k", "v");
        store.flushCache();
        assertThat(store.attach('a', new Texts()).values).isEmpty();
    }

    @Test
    void aStoreThatIsOpenedAgainHasForgottenItsParts() {
        Texts texts = store.attach('a', new Texts());
        store.close();
        store.init(new MockProcessorContext<>().getStateStoreContext(), store);
        texts.values.put("k", "v");
        store.flushCache();
        assertThat(store.attach('a', new Texts()).values).isEmpty();
    }
}
