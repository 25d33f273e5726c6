package io.stream53.ledger;

import static io.stream53.ledger.ProcessorCounter.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private final Map<ProcessorCounter, Long> processor =
            new EnumMap<>(
                    Map.of(
                            PACKETS_READ,
                            9L,
                            QUERIES,
                            5L,
                            RESPONSES,
                            4L,
                            TRANSACTIONS,
                            5L,
                            TRANSACTIONS_WITH_QUERY,
                            4L,
                            RETRANSMISSIONS,
                            1L,
                            ANSWERED,
                            3L,
                            UNANSWERED,
                            1L,
                            UNSOLICITED,
                            1L));
    private final AgentLedger agent = new AgentLedger(20, 9, 11, 9, Map.of("fragment", 2L));

    @Test
    void isBalancedWhenEveryEquationHolds() {
        assertThat(new Ledger(agent, processor, null).imbalances()).isEmpty();
    }

    @Test
    void namesTheEquationThatDoesNotHold() {
        processor.put(UNANSWERED, 2L);
        assertThat(new Ledger(agent, processor, null).imbalances())
                .singleElement()
                .asString()
                .startsWith("transactions = 5, but answered");
        processor.put(LOST, 1L);
        assertThat(new Ledger(agent, processor, null).imbalances()).hasSize(2);
    }

    @Test
    void countsWhatNoBrokerAcknowledgedAsMissingOrDelivered() {
        AgentLedger failing =
                new AgentLedger(20, 9, 11, 8, Map.of("fragment", 2L, "publishFailed", 1L));
        assertThat(new Ledger(failing, processor, null).imbalances()).isEmpty();
        processor.put(LOST, 1L);
        processor.put(PACKETS_READ, 8L);
        assertThat(new Ledger(failing, processor, null).imbalances())
                .singleElement()
                .asString()
                .startsWith("packetsRead = 8, but queries");
    }

    @Test
    void countsWhatWasCutOffADamagedSpoolLikeIt() {
        Map<String, Long> dropped =
                Map.of("fragment", 2L, "publishFailed", 1L, "spoolDamaged", 1L, "tooLarge", 3L);
        assertThat(DropReason.numbered(dropped)).isEqualTo(2);
        AgentLedger failing = new AgentLedger(20, 9, 14, 7, dropped);
        assertThat(new Ledger(failing, processor, null).imbalances())
                .noneMatch(problem -> problem.startsWith("packetsRead + lost"));
    }

    @Test
    void comparesTheDocumentsWithTheTransactions() {
        var delivery =
                new Ledger.Delivery(Map.of(), 1, 0, Map.of("dns-enriched-2026.11.22", 4L), 4, 0);
        Ledger ledger = new Ledger(agent, processor, delivery);
        assertThat(ledger.balanced()).isFalse();
        assertThat(ledger.imbalances())
                .singleElement()
                .asString()
                .startsWith("indexed transactions = 4");
        assertThat(ledger.toMap()).containsEntry("frames", 20L).containsEntry("balanced", false);
    }

    @Test
    void addsUpRunsOfTheAgent() {
        AgentLedger sum = agent.plus(new AgentLedger(1, 0, 1, 0, Map.of("fragment", 1L)));
        assertThat(sum).isEqualTo(new AgentLedger(21, 9, 12, 9, Map.of("fragment", 3L)));
    }
}
