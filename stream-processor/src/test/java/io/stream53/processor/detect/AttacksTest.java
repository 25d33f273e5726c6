package io.stream53.processor.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.schema.AlertFigure;
import io.stream53.schema.DnsAlert;
import io.stream53.schema.DnsTransaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What alerts come of normal traffic, and of attacks in it. */
class AttacksTest {
    private static final int PARTITIONS = 6;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void normalTrafficIsSilent(long seed) {
        World world = new World(PARTITIONS).play(SyntheticTraffic.normal(seed).transactions());
        assertThat(world.alerts()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Attack.class)
    void anAttackGivesItsAlertsAndNoOthers(Attack attack) {
        World world =
                new World(PARTITIONS).play(attack.in(SyntheticTraffic.normal(5)).transactions());
        assertThat(world.of("opened")).isEqualTo(attack.alerts());
        assertThat(world.of("closed")).isEqualTo(attack.alerts());
        Instant from = time(Attack.FROM_S);
        Instant to = time(Attack.TO_S);
        for (DnsAlert alert : world.alerts()) {
            assertThat(alert.getEvent().getStart())
                    .isBetween(from.minus(Slots.LENGTH), from.plus(Slots.LENGTH));
            assertThat(alert.getFinal$()).isEqualTo(alert.getStatus().equals("closed"));
            assertThat(alert.getEvent().getEnd() != null).isEqualTo(alert.getFinal$());
        }
        DnsAlert last = world.alerts().getLast();
        assertThat(last.getStatus()).isEqualTo("closed");
        assertThat(last.getEvent().getEnd())
                .isBetween(to.minus(Slots.LENGTH), to.plus(Slots.LENGTH));
        assertThat(last.getEvent().getRiskScore()).isBetween(50.0, 100.0);
        assertThat(last.getNodes()).containsExactly("ns1");
        assertThat(last.getEvidence().getMatched()).isPositive();
    }

    @Test
    void evidenceSaysWhatWasSeen() {
        World world =
                new World(PARTITIONS)
                        .play(
                                Attack.RANDOM_SUBDOMAIN
                                        .in(SyntheticTraffic.normal(5))
                                        .transactions());
        var evidence = world.alerts().getLast().getEvidence();
        // 3600 queries of the attack, less those at its edges, and a few of normal traffic
        assertThat(evidence.getMatched()).isBetween(3000L, 3800L);
        assertThat(evidence.getDistinctNames()).isBetween(2700L, 4100L);
        assertThat(evidence.getDistinctClients()).isBetween(260L, 340L);
        assertThat(evidence.getShare()).isBetween(0.6, 1.0);
        assertThat(evidence.getPeakRate()).isBetween(55.0, 70.0);
        assertThat(evidence.getNames())
                .hasSize(Signs.MOST_SAMPLES)
                .allMatch(name -> name.endsWith(".zone7.example"));
        assertThat(evidence.getClients()).hasSize(Signs.MOST_SAMPLES);
        assertThat(evidence.getServers()).contains(SyntheticTraffic.SERVER);
        assertThat(evidence.getFigures())
                .extracting(AlertFigure::getName)
                .containsExactly("nxdomain", "servfail");
    }

    @Test
    void anAlertGoesOnOnceASlot() {
        World world =
                new World(PARTITIONS)
                        .play(Attack.TUNNELLING.in(SyntheticTraffic.normal(5)).transactions());
        assertThat(world.alerts().stream().map(DnsAlert::getId).distinct()).hasSize(1);
        List<Instant> seen =
                world.alerts().stream()
                        .filter(alert -> !alert.getFinal$())
                        .map(alert -> alert.getEvent().getLastSeen())
                        .toList();
        for (int i = 1; i < seen.size(); i++) {
            assertThat(Duration.between(seen.get(i - 1), seen.get(i))).isEqualTo(Slots.LENGTH);
        }
    }

    @ParameterizedTest
    @EnumSource(Attack.class)
    void theOrderWithinATaskDoesNotMatter(Attack attack) {
        List<DnsTransaction> traffic = attack.in(SyntheticTraffic.normal(6)).transactions();
        List<DnsTransaction> shuffled = shuffledBySeconds(traffic, new Random(6));
        assertThat(new World(PARTITIONS).play(shuffled).alerts())
                .isEqualTo(new World(PARTITIONS).play(traffic).alerts());
    }

    /** Within a second, as if they had come out later than they began. */
    private static List<DnsTransaction> shuffledBySeconds(
            List<DnsTransaction> traffic, Random random) {
        List<DnsTransaction> shuffled = new ArrayList<>();
        List<DnsTransaction> second = new ArrayList<>();
        long number = Long.MIN_VALUE;
        for (DnsTransaction transaction : traffic) {
            long now = transaction.getTimestampUs() / SyntheticTraffic.SECOND_US;
            if (now != number) {
                Collections.shuffle(second, random);
                shuffled.addAll(second);
                second.clear();
                number = now;
            }
            second.add(transaction);
        }
        shuffled.addAll(second);
        return shuffled;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 48})
    void theGroupingIntoTasksDoesNotMatter(int partitions) {
        SyntheticTraffic mixed = SyntheticTraffic.normal(7);
        for (Attack attack : EnumSet.range(Attack.AMPLIFICATION, Attack.SPOOFED_RESPONSES)) {
            attack.in(mixed);
        }
        Attack.RANDOM_SUBDOMAIN.in(mixed);
        assertSame(mixed, partitions, 5);
        assertSame(Attack.NXDOMAIN_FLOOD.in(SyntheticTraffic.normal(7)), partitions, 1);
        assertSame(Attack.SERVER_SILENT.in(SyntheticTraffic.normal(7)), partitions, 1);
    }

    private static void assertSame(SyntheticTraffic traffic, int partitions, int alerts) {
        List<DnsTransaction> all = traffic.transactions();
        World some = new World(PARTITIONS).play(all);
        World other =
                new World(
                                World.SETTINGS,
                                partitions,
                                transaction -> transaction.getClient().getIp().hashCode())
                        .play(all);
        assertThat(some.of("opened")).hasSize(alerts);
        assertThat(spans(other)).isEqualTo(spans(some));
    }

    private static Set<String> spans(World world) {
        Set<String> spans = new HashSet<>();
        for (DnsAlert alert : world.alerts()) {
            spans.add(
                    World.about(alert)
                            + ' '
                            + alert.getId()
                            + ' '
                            + alert.getStatus()
                            + ' '
                            + alert.getEvent().getStart()
                            + ' '
                            + alert.getEvent().getLastSeen());
        }
        return spans;
    }

    @ParameterizedTest
    @EnumSource(Attack.class)
    void restartsChangeNothing(Attack attack) {
        List<DnsTransaction> traffic = attack.in(SyntheticTraffic.normal(8)).transactions();
        World steady = new World(PARTITIONS).play(traffic);
        World restarted = new World(PARTITIONS);
        Random random = new Random(8);
        restarted.play(
                traffic,
                second -> {
                    restarted.commit();
                    if (random.nextInt(5) == 0) {
                        restarted.restart();
                    }
                });
        assertThat(restarted.alerts()).isEqualTo(steady.alerts());
    }

    @Test
    void theChangelogGetsOneEntryACommitAndIsEmptyInTheEnd() {
        List<DnsTransaction> traffic =
                Attack.NXDOMAIN_FLOOD.in(SyntheticTraffic.normal(8)).transactions();
        World world = new World(1);
        int[] seconds = new int[1];
        world.play(
                traffic,
                second -> {
                    seconds[0]++;
                    world.commit();
                });
        world.commit();
        // each entry is one of a slot that was added to
        assertThat(world.taskWrites()).isLessThanOrEqualTo(2 * seconds[0] + 2);
        // progress, the servers' usual figures, and the slots judged
        assertThat(world.stateSize()).isLessThan(100);
    }

    @Test
    void mergersGetFewMessages() {
        List<DnsTransaction> traffic = SyntheticTraffic.normal(9).transactions();
        World world = new World(PARTITIONS).play(traffic);
        assertThat(world.messages()).isLessThan(traffic.size() / 20);
    }

    @Test
    void whatTheAgentMayHaveLostIsNoEvidence() {
        Random random = new Random(10);
        SyntheticTraffic overload =
                SyntheticTraffic.normal(10)
                        .change(
                                60,
                                240,
                                transaction -> {
                                    int fate = random.nextInt(100);
                                    if (fate < 95) {
                                        SyntheticTraffic.unanswered(transaction);
                                        transaction.setCaptureLoss(true);
                                    } else if (fate < 98) {
                                        transaction.getDns().setStatus("UNSOLICITED");
                                    }
                                });
        assertThat(new World(PARTITIONS).play(overload.transactions()).alerts()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"overflow", "node_lost"})
    void aQueryGivenUpForAnotherCauseIsNoEvidence(String cause) {
        SyntheticTraffic traffic =
                Attack.SERVER_SILENT
                        .in(SyntheticTraffic.normal(10))
                        .change(
                                0,
                                SyntheticTraffic.NORMAL_S,
                                transaction -> {
                                    if (transaction.getDns().getUnansweredCause() != null) {
                                        transaction.getDns().setUnansweredCause(cause);
                                    }
                                });
        assertThat(new World(PARTITIONS).play(traffic.transactions()).alerts()).isEmpty();
    }

    @Test
    void whatSamplingMayHaveMaimedIsNoEvidence() {
        SyntheticTraffic traffic =
                Attack.SERVER_SILENT
                        .in(SyntheticTraffic.normal(10))
                        .change(
                                0,
                                SyntheticTraffic.NORMAL_S,
                                transaction -> {
                                    if (transaction.getDns().getUnansweredCause() != null) {
                                        transaction.getDns().setStatus("SAMPLED_OUT");
                                    }
                                });
        assertThat(new World(PARTITIONS).play(traffic.transactions()).alerts()).isEmpty();
    }

    @Test
    void aServerThatNeverAnsweredDidNotStop() {
        SyntheticTraffic traffic =
                SyntheticTraffic.normal(11)
                        .change(0, SyntheticTraffic.NORMAL_S, SyntheticTraffic::unanswered);
        assertThat(new World(PARTITIONS).play(traffic.transactions()).alerts()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Attack.class,
            names = {"RANDOM_SUBDOMAIN", "NXDOMAIN_FLOOD", "AMPLIFICATION"})
    void aSampleStandsForAll(Attack attack) {
        List<DnsTransaction> all = attack.in(SyntheticTraffic.normal(12)).transactions();
        List<DnsTransaction> sample = new ArrayList<>();
        Random random = new Random(12);
        for (DnsTransaction transaction : all) {
            if (random.nextInt(4) == 0) {
                transaction.setSamplingRate(4);
                sample.add(transaction);
            }
        }
        World world =
                new World(withRepeats(2), 3, transaction -> transaction.getId().hashCode())
                        .play(sample);
        assertThat(world.of("closed")).isEqualTo(attack.alerts());
    }

    /** What is seen of repeats shrinks with the sampling rate: docs/alerts.md says so. */
    private static AlertSettings withRepeats(double repeats) {
        List<Rule> rules =
                World.SETTINGS.rules().stream()
                        .map(
                                rule ->
                                        rule instanceof Amplification known
                                                ? new Amplification(
                                                        known.responses(), known.share(), repeats)
                                                : rule)
                        .toList();
        return with(rules, Set.of());
    }

    private static AlertSettings with(List<Rule> rules, Set<String> ignored) {
        AlertSettings known = World.SETTINGS;
        return new AlertSettings(
                true,
                ignored,
                known.openAfter(),
                known.closeAfter(),
                known.longName(),
                known.largeResponse(),
                known.largeRatio(),
                rules);
    }

    @Test
    void aRuleThatIsOffAndASubjectThatIsIgnoredAreSilent() {
        List<DnsTransaction> traffic =
                Attack.RANDOM_SUBDOMAIN.in(SyntheticTraffic.normal(13)).transactions();
        AlertSettings ignoring = with(World.SETTINGS.rules(), Set.of("zone7.example"));
        AlertSettings off =
                with(
                        World.SETTINGS.rules().stream()
                                .filter(rule -> rule.watch() != Watch.MISSING_NAMES)
                                .toList(),
                        Set.of());
        for (AlertSettings settings : List.of(ignoring, off)) {
            World world = new World(settings, 3, transaction -> transaction.getId().hashCode());
            assertThat(world.play(traffic).alerts()).isEmpty();
        }
    }

    @Test
    void manySubjectsWithLittleTrafficDoNotHideOneWithMuch() {
        SyntheticTraffic traffic =
                Attack.SPOOFED_RESPONSES
                        .in(SyntheticTraffic.normal(14))
                        .each(
                                2000,
                                130,
                                160,
                                query -> {
                                    SyntheticTraffic.named(query, "host", "zone1.example", "A");
                                    query.getDns().setStatus("UNSOLICITED");
                                });
        Random random = new Random(14);
        traffic.change(
                130,
                160,
                query -> {
                    if (query.getDns().getStatus().equals("UNSOLICITED")) {
                        query.getClient().setIp("client" + random.nextInt());
                    }
                });
        World world = new World(1).play(traffic.transactions());
        assertThat(world.of("closed")).isEqualTo(Attack.SPOOFED_RESPONSES.alerts());
        assertThat(world.left()).isPositive();
    }

    private static Instant time(long seconds) {
        return Instant.ofEpochMilli(SyntheticTraffic.START_US / 1000).plusSeconds(seconds);
    }
}
