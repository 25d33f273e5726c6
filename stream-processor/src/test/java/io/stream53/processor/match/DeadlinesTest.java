package io.stream53.processor.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    @Test
    void firstIsAlwaysTheEarliestThroughRandomAddingMovingAndRemoving() {
        Deadlines<ExpiredQuery> deadlines = new Deadlines<>();
        List<ExpiredQuery> expected = new ArrayList<>();
        NodeClock clock = new NodeClock("ns1");
        Arrival arrival = new Arrival(new byte[1], 0, clock, 0, 0, 0);
        Random random = new Random(53);
        for (int i = 0; i < 20_000; i++) {
            int choice = random.nextInt(expected.size() < 200 ? 4 : 6);
            if (choice < 3 || expected.isEmpty()) {
                ExpiredQuery added = new ExpiredQuery(arrival, i, 0, random.nextInt(500), "");
                deadlines.add(added);
                expected.add(added);
            } else if (choice == 3) {
                ExpiredQuery moved = expected.get(random.nextInt(expected.size()));
                moved.deadlineUs = random.nextInt(500);
                deadlines.moved(moved);
            } else {
                deadlines.remove(expected.remove(random.nextInt(expected.size())));
            }
            assertThat(deadlines.first())
                    .isSameAs(
                            expected.stream()
                                    .min(
                                            Comparator.<ExpiredQuery>comparingLong(
                                                            e -> e.deadlineUs)
                                                    .thenComparingLong(e -> e.order))
                                    .orElse(null));
        }
    }
}
