package io.stream53.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrometheusTextTest {
    @Test
    void writesHelpTypeAndValues() {
        Map<String, Long> reasons = new LinkedHashMap<>();
        reasons.put("kernel", 3L);
        reasons.put("a \"b\" \\ c\nd", 4L);
        assertThat(
                        new PrometheusText()
                                .counter("x_total", "Things, \"quoted\" \\\nand more.", 1L << 40)
                                .gauge("y", "Share.", 0.25)
                                .counters("z_total", "By reason.", "reason", reasons)
                                .toString())
                .isEqualTo(
                        """
                        # HELP x_total Things, "quoted" \\\\\\nand more.
                        # TYPE x_total counter
                        x_total 1099511627776
                        # HELP y Share.
                        # TYPE y gauge
                        y 0.25
                        # HELP z_total By reason.
                        # TYPE z_total counter
                        z_total{reason="kernel"} 3
                        z_total{reason="a \\"b\\" \\\\ c\\nd"} 4
                        """);
    }
}
