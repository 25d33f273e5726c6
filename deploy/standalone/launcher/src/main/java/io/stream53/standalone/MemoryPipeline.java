package io.stream53.standalone;

import io.stream53.agent.publish.RecordOutput;
import io.stream53.ledger.ProcessorCounter;
import io.stream53.processor.match.CounterSet;
import io.stream53.processor.match.MatchSettings;
import io.stream53.processor.match.Matcher;
import io.stream53.processor.match.Transaction;
import io.stream53.schema.DnsPacket;
import io.stream53.serde.SameSchemaReader;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Takes the agent's records straight to a matcher, as if they had come through dns.raw. */
final class MemoryPipeline implements RecordOutput {
    /** As in the processor, unless it is told otherwise. */
    static final Duration CLOSE_DELAY = MatchSettings.DEFAULT.timeout().plusSeconds(10);

    private final LongConsumer progress;
    private final CounterSet counters = new CounterSet();
    private final Matcher matcher;
    private final SameSchemaReader<DnsPacket> reader = new SameSchemaReader<>(DnsPacket.class);

    /**
     * @param progress gets each watermark in microseconds, after the transactions that it settles;
     *     {@link Long#MAX_VALUE} at the end
     */
    MemoryPipeline(Consumer<Transaction> out, LongConsumer progress) {
        this.progress = progress;
        this.matcher = new Matcher(MatchSettings.DEFAULT, out, counters);
    }

    Map<ProcessorCounter, Long> counters() {
        return counters.toMap();
    }

    @Override
    public boolean offer(
            long run, int partition, byte[] key, int keyLength, byte[] value, int valueLength) {
        byte[] bytes = Arrays.copyOf(value, valueLength);
        DnsPacket packet = reader.read(bytes);
        if (keyLength == 0) {
            long until = packet.getFinal$() ? Long.MAX_VALUE : packet.getTimestampUs();
            matcher.advance(packet.getNode(), packet.getRun(), until, packet.getSamplingRate());
            progress.accept(until);
        } else {
            matcher.message(Arrays.copyOf(key, keyLength), packet, bytes);
        }
        return true;
    }
}
