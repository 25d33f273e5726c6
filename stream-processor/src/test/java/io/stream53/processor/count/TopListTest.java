package io.stream53.processor.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stream53.schema.TopItem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopListTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everyCountIsWithinItsErrorAndNoFrequentItemIsMissing(long seed) {
        Random random = new Random(seed);
        int capacity = 20;
        TopList merged = new TopList(capacity);
        Map<String, Long> exact = new HashMap<>();
        long weight = 0;
        for (int part = 0; part < 10; part++) {
            TopList list = new TopList(capacity);
            for (int i = 0; i < 5000; i++) {
                String item = "n" + (int) Math.exp(random.nextDouble() * 8);
                long times = 1L + random.nextInt(3);
                list.add(item, times);
                exact.merge(item, times, Long::sum);
                weight += times;
            }
            merged.add(read(list));
        }

        assertThat(merged.error()).isPositive().isLessThanOrEqualTo(weight / (capacity + 1));
        List<TopItem> top = merged.top(1000);
        assertThat(top).hasSizeBetween(1, 2 * capacity);
        Map<String, TopItem> listed = new HashMap<>();
        for (TopItem item : top) {
            listed.put(item.getKey(), item);
            assertThat(exact.get(item.getKey()))
                    .isBetween(item.getCount() - item.getError(), item.getCount());
        }
        exact.forEach(
                (item, count) -> {
                    if (count > merged.error()) {
                        assertThat(listed).containsKey(item);
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void fewItemsAreExactInWhateverOrderAndParts(long seed) {
        Random random = new Random(seed);
        List<String> items = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            items.add("n" + random.nextInt(100));
        }
        TopList whole = new TopList(50);
        items.forEach(item -> whole.add(item, 1));
        Collections.shuffle(items, random);
        TopList merged = new TopList(50);
        for (int at = 0; at < items.size(); at += 100) {
            TopList part = new TopList(50);
            items.subList(at, at + 100).forEach(item -> part.add(item, 1));
            merged.add(read(part));
        }
        assertThat(whole.error()).isZero();
        assertThat(merged.top(100)).isEqualTo(whole.top(100)).hasSize(100);
    }

    @Test
    void equalCountsComeByTheirText() {
        TopList list = new TopList(5);
        for (String item : new String[] {"c", "a", "b", "d", "d"}) {
            list.add(item, 1);
        }
        assertThat(list.top(3)).extracting(TopItem::getKey).containsExactly("d", "a", "b");
    }

    @Test
    void refusesWhatIsDamaged() {
        long[][] heads = {{0, 0, 0}, {5000, 0, 0}, {5, 0, 11}, {5, -1, 0}};
        for (long[] head : heads) {
            ByteWriter out = new ByteWriter().varint(head[0]).varint(head[1]).varint(head[2]);
            assertThatThrownBy(() -> TopList.read(new ByteReader(out.toBytes())))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("a list of ");
        }
        ByteWriter none = new ByteWriter().varint(5).varint(0).varint(1).text("a").varint(0);
        assertThatThrownBy(() -> TopList.read(new ByteReader(none.toBytes())))
                .hasMessage("an item of 1 characters, 0 times");
    }

    private static TopList read(TopList list) {
        ByteWriter out = new ByteWriter();
        list.write(out);
        return TopList.read(new ByteReader(out.toBytes()));
    }
}
