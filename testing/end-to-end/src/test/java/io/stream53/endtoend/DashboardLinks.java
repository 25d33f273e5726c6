package io.stream53.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The links of a line of Markdown. */
final class DashboardLinks {
    private static final Pattern LINK = Pattern.compile("\\]\\(#/view/([^)]+)\\)");

    private DashboardLinks() {}

    /** Each leads to a dashboard of the file, and each dashboard has one. */
    static void assertLead(String markdown, SavedObjects saved) {
        Matcher links = LINK.matcher(markdown);
        int count = 0;
        while (links.find()) {
            saved.get("dashboard", links.group(1));
            count++;
        }
        assertThat(count).isEqualTo(saved.ofType("dashboard").size());
    }
}
