package io.stream53.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.agent.publish.MessageCarry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReloadTest {
    private final Map<String, String> properties =
            new HashMap<>(Map.of("node", "ns1", "pcap", "-", "sampling.rate", "2"));
    private final List<AgentConfig> applied = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private final Reload reload =
            new Reload(values(), this::values, AgentMain::checked, applied::add, log::add);

    private SettingValues values() {
        SettingValues values = new SettingValues();
        properties.forEach((key, text) -> values.put(key, text, "agent.properties"));
        return values;
    }

    @Test
    void whatMayChangeDoesAndTheRestIsNamed() {
        properties.put("message", "none");
        properties.put("sampling.rate", "8");
        properties.put("node", "ns2");
        properties.put("kafka.linger.ms", "5");
        reload.reload();
        assertThat(applied).hasSize(1);
        assertThat(applied.getFirst().carry()).isEqualTo(MessageCarry.NONE);
        assertThat(applied.getFirst().load().samplingRate()).isEqualTo(8);
        assertThat(applied.getFirst().node()).isEqualTo("ns1");
        assertThat(log)
                .containsExactly(
                        "the configuration was read again; now in force: message, sampling.rate",
                        "a restart is needed for node and Kafka's own settings");
    }

    @Test
    void aConfigurationWithFaultsChangesNothingAndEachFaultIsTold() {
        properties.put("message", "some");
        properties.put("sampling.rate", "0");
        properties.put("filter.typ", "A");
        reload.reload();
        assertThat(applied).isEmpty();
        assertThat(log)
                .hasSize(4)
                .anyMatch(line -> line.startsWith("message must be"))
                .anyMatch(line -> line.startsWith("sampling.rate must be"))
                .anyMatch(line -> line.startsWith("unknown setting filter.typ"))
                .endsWith("the configuration stays as it was");
    }

    @Test
    void contradictionsAreFaultsToo() {
        properties.put("interface", "lo");
        reload.reload();
        assertThat(applied).isEmpty();
        assertThat(log).hasSize(2);
    }

    @Test
    void aFileThatIsReadAndGoneByNowIsNoFault() {
        properties.put("pcap", "/nonexistent/read-by-now.pcap");
        Reload running =
                new Reload(values(), this::values, AgentMain::checkedAgain, applied::add, log::add);
        properties.put("sampling.rate", "8");
        running.reload();
        assertThat(log)
                .containsExactly("the configuration was read again; now in force: sampling.rate");
    }

    @Test
    void aConfigurationIsCheckedOnceWhereNothingNeedsARestart() {
        List<SettingValues> checked = new ArrayList<>();
        Reload counting =
                new Reload(
                        values(),
                        this::values,
                        values -> {
                            checked.add(values);
                            return AgentMain.checked(values);
                        },
                        applied::add,
                        log::add);
        counting.reload();
        assertThat(checked).hasSize(1);
        properties.put("node", "ns2");
        counting.reload();
        assertThat(checked).hasSize(3);
    }

    @Test
    void whatNeedsARestartIsNamedAgainUntilItIsTakenBack() {
        properties.put("node", "ns2");
        reload.reload();
        reload.reload();
        assertThat(log).filteredOn(line -> line.equals("a restart is needed for node")).hasSize(2);
        properties.put("node", "ns1");
        log.clear();
        reload.reload();
        assertThat(log).containsExactly("the configuration was read again; no setting has changed");
        assertThat(applied).describedAs("files that settings name are read again").hasSize(3);
    }
}
