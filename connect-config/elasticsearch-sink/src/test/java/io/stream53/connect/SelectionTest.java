package io.stream53.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stream53.connect.OpenAlerts.Subject;
import io.stream53.schema.DnsTransaction;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectionTest {
    private static RecordValue transaction(Consumer<DnsTransaction> change) {
        DnsTransaction transaction = SampleRecords.transaction();
        change.accept(transaction);
        Struct struct = new AvroData().toStruct(transaction);
        return new RecordValue(struct.schema(), struct);
    }

    private static int weight(String rule, RecordValue transaction) {
        return Selection.of(List.of(rule)).weight(transaction, OpenAlerts.NONE);
    }

    private static RecordValue numbered(int number) {
        return transaction(t -> t.setId("%032x".formatted(number)));
    }

    @Test
    void takesEverythingUnlessToldOtherwise() {
        Selection all = Selection.of(List.of("all"));
        assertThat(all.isEverything()).isTrue();
        assertThat(all.asksForAlerts()).isFalse();
        assertThat(all.weight(numbered(1), OpenAlerts.NONE)).isEqualTo(1);
    }

    @Test
    void samplesTheSameOnesEachTimeAndAboutAsManyAsItSays() {
        int taken = 0;
        for (int i = 0; i < 4_000; i++) {
            int weight = weight("sampled:10", numbered(i));
            assertThat(weight).isIn(Selection.NONE, 10);
            assertThat(weight("sampled:10", numbered(i))).isEqualTo(weight);
            taken += weight / 10;
        }
        assertThat(taken).isBetween(320, 480);
    }

    @ParameterizedTest
    @CsvSource({"999999999,0", "1000000000,0", "1000000001,1"})
    void takesWhatTookLongerThanTheThreshold(long nanos, int weight) {
        assertThat(weight("slow:1s", transaction(t -> t.getEvent().setDuration(nanos))))
                .isEqualTo(weight);
    }

    @Test
    void whatHasNoDurationIsNotSlow() {
        assertThat(weight("slow:1ms", transaction(t -> t.getEvent().setDuration(null)))).isZero();
    }

    @ParameterizedTest
    @CsvSource({"success,0", "failure,1", "unknown,0"})
    void takesFailures(String outcome, int weight) {
        assertThat(weight("failed", transaction(t -> t.getEvent().setOutcome(outcome))))
                .isEqualTo(weight);
    }

    @ParameterizedTest
    @CsvSource({
        "ANSWERED,0",
        "UNANSWERED,0",
        "UNSOLICITED,1",
        "MISMATCHED,1",
        "LATE,1",
        "ONE_WAY,0",
        "SAMPLED_OUT,0"
    })
    void takesResponsesThatMatchNothing(String status, int weight) {
        assertThat(weight("mismatched", transaction(t -> t.getDns().setStatus(status))))
                .isEqualTo(weight);
    }

    @Test
    void whatAnyOtherRuleTakesStandsForItselfOnly() {
        Selection selection = Selection.of(List.of("sampled:1000000", "failed", "sampled:1"));
        assertThat(selection.weight(numbered(1), OpenAlerts.NONE)).isEqualTo(1);
        Selection sampledOrFailed = Selection.of(List.of("sampled:5", "failed"));
        for (int i = 0; i < 100; i++) {
            int number = i;
            RecordValue failed =
                    transaction(
                            t -> {
                                t.setId("%032x".formatted(number));
                                t.getEvent().setOutcome("failure");
                            });
            assertThat(sampledOrFailed.weight(failed, OpenAlerts.NONE)).isEqualTo(1);
            assertThat(sampledOrFailed.weight(numbered(i), OpenAlerts.NONE)).isIn(0, 5);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "registered_domain,example.com,,1",
        "registered_domain,other.example,,0",
        "client,192.0.2.7,,1",
        "client,2001:db8::53,,0",
        "server,2001:db8::53,ns1,1",
        "server,2001:db8::53,ns2,0",
        "somethingOfLater,192.0.2.7,,0"
    })
    void takesWhatOpenAlertsAreAbout(String kind, String value, String node, int weight) {
        Selection selection = Selection.of(List.of("alerting"));
        assertThat(selection.asksForAlerts()).isTrue();
        OpenAlerts alerts = new OpenAlerts(Set.of(new Subject(kind, value, node)));
        assertThat(selection.weight(transaction(t -> {}), alerts)).isEqualTo(weight);
        assertThat(selection.weight(transaction(t -> {}), OpenAlerts.NONE)).isZero();
    }

    @Test
    void aPublicSuffixIsTheSubjectByItsName() {
        OpenAlerts alerts = new OpenAlerts(Set.of(new Subject("registered_domain", "co.uk", null)));
        RecordValue suffix =
                transaction(
                        t -> {
                            var question = Objects.requireNonNull(t.getDns().getQuestion());
                            question.setName("co.uk");
                            question.setRegisteredDomain(null);
                        });
        assertThat(alerts.areAbout(suffix)).isTrue();
        assertThat(alerts.areAbout(transaction(t -> t.getDns().setQuestion(null)))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "everything",
                "all,failed",
                "sampled",
                "sampled:0",
                "sampled:-1",
                "sampled:x",
                "slow",
                "slow:1",
                "failed:1",
                "failed,nonsense"
            })
    void refusesRulesItDoesNotHave(String rules) {
        List<String> list = rules.isEmpty() ? List.of() : List.of(rules.split(",", -1));
        assertThatThrownBy(() -> Selection.of(list))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("index.select");
    }
}
