package io.stream53.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

class PartitionMergeTest {
    private final PartitionMerge<String> merge = new PartitionMerge<>(Set.of(0, 1, 2));

    private List<String> all(IntPredicate atEnd) {
        List<String> items = new ArrayList<>();
        for (String item = merge.next(atEnd); item != null; item = merge.next(atEnd)) {
            items.add(item);
        }
        return items;
    }

    @Test
    void theEarliestOfThePartitionsNextOnesGoesFirst() {
        merge.add(0, 10, "a10");
        merge.add(0, 40, "a40");
        merge.add(1, 20, "b20");
        merge.add(2, 15, "c15");
        merge.add(2, 30, "c30");
        assertThat(all(partition -> true)).containsExactly("a10", "c15", "b20", "c30", "a40");
        assertThat(merge.waiting()).isZero();
    }

    @Test
    void aPartitionKeepsItsOwnOrder() {
        merge.add(0, 40, "a40");
        merge.add(0, 10, "a10");
        merge.add(1, 20, "b20");
        assertThat(all(partition -> true)).containsExactly("b20", "a40", "a10");
    }

    @Test
    void anItemWaitsForPartitionsThatAreBehindIt() {
        merge.add(0, 10, "a10");
        merge.add(0, 20, "a20");
        merge.add(1, 15, "b15");
        assertThat(all(partition -> false)).isEmpty();
        merge.skip(2, 12);
        assertThat(all(partition -> false)).containsExactly("a10");
        merge.skip(2, 30);
        assertThat(all(partition -> false)).containsExactly("b15");
        merge.skip(1, 20);
        assertThat(all(partition -> false)).containsExactly("a20");
    }

    @Test
    void aPartitionAtItsEndHoldsNobodyBack() {
        merge.add(0, 10, "a10");
        assertThat(all(partition -> partition == 1)).isEmpty();
        assertThat(all(partition -> partition != 0)).containsExactly("a10");
    }

    @Test
    void countsWhatWaits() {
        merge.add(0, 10, "a10");
        merge.add(0, 11, "a11");
        merge.add(1, 12, "b12");
        assertThat(merge.waiting()).isEqualTo(3);
        assertThat(merge.waiting(0)).isEqualTo(2);
        assertThat(merge.waiting(2)).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> merge.add(3, 1, "d"));
    }
}
