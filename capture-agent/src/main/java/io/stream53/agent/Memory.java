package io.stream53.agent;

import io.stream53.agent.load.MemoryPlan;
import io.stream53.agent.load.MemoryPlan.Wish;
import io.stream53.agent.source.LiveSettings;
import java.util.HashMap;
import java.util.Map;

/** Makes the settings that take memory fit into it. */
final class Memory {
    private static final String PRODUCER_BUFFER = "buffer.memory";
    private static final long MEBIBYTE = 1 << 20;
    private static final long PRODUCER_BYTES = 32 * MEBIBYTE;

    private Memory() {}

    /**
     * The configuration with budgets that fit: those that were given stay, the others shrink.
     *
     * @param values what was given
     * @param heapBytes the JVM's heap at the most
     * @throws ConfigurationException with one sentence when they cannot fit
     */
    static AgentConfig fit(AgentConfig config, SettingValues values, long heapBytes) {
        String producer = config.kafka().overrides().get(PRODUCER_BUFFER);
        try {
            MemoryPlan plan =
                    MemoryPlan.of(
                            config.load().maxMemoryBytes(),
                            heapBytes,
                            captureBytes(config),
                            wish(values, AgentSetting.QUEUE_MIB, config.spool().queueBytes()),
                            wish(
                                    values,
                                    AgentSetting.REASSEMBLY_MIB,
                                    config.decoder().reassemblyBytes()),
                            new Wish(
                                    PRODUCER_BUFFER,
                                    producer == null ? PRODUCER_BYTES : Long.parseLong(producer),
                                    producer != null,
                                    2 * MEBIBYTE));
            Map<String, String> overrides = new HashMap<>(config.kafka().overrides());
            overrides.put(PRODUCER_BUFFER, Long.toString(plan.producerBytes()));
            return config.with(
                    config.decoder().withReassembly((int) plan.reassemblyBytes()),
                    config.kafka().with(overrides),
                    config.spool().withQueue((int) plan.queueBytes()));
        } catch (MemoryPlan.TooLittle e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        } catch (NumberFormatException e) {
            throw new ConfigurationException("kafka.buffer.memory must be a number of bytes", e);
        }
    }

    private static Wish wish(SettingValues values, AgentSetting setting, long bytes) {
        return new Wish(setting.key(), bytes, values.has(setting), MEBIBYTE);
    }

    /** The JVM's heap is chosen at its start, and cannot be made smaller now. */
    static void checkHeap(AgentConfig config, long heapBytes) {
        if (!MemoryPlan.keeps(config.load().maxMemoryBytes(), heapBytes, captureBytes(config))) {
            throw new ConfigurationException(
                    ("max.memory cannot be kept by a JVM with a heap of %d MiB: start it with"
                                    + " ./stream53 agent, or with a smaller -Xmx")
                            .formatted(heapBytes / MEBIBYTE));
        }
    }

    private static long captureBytes(AgentConfig config) {
        LiveSettings live = config.input().live();
        return live == null ? 0 : (long) live.bufferBytes() * config.load().captureThreads();
    }
}
