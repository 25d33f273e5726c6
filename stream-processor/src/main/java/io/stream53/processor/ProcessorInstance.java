package io.stream53.processor;

import io.stream53.processor.serve.Instance;
import io.stream53.processor.serve.StatusServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;

/** What is known of this instance and, through its group, of the others. Safe for all threads. */
final class ProcessorInstance implements Instance {
    private final ProcessorConfig config;
    private volatile StatusServer.Health health = StatusServer.Health.STARTING;
    private volatile @Nullable LagMonitor lag;
    private volatile @Nullable KafkaStreams streams;
    private volatile int partitions;
    private volatile @Nullable HostInfo self;

    ProcessorInstance(ProcessorConfig config) {
        this.config = config;
    }

    /** The topics are there. */
    void found(int partitionsOfRaw, LagMonitor monitor) {
        lag = monitor;
        partitions = partitionsOfRaw;
    }

    /**
     * Streams was made.
     *
     * @param advertised where others reach this instance, or null
     */
    void made(KafkaStreams made, @Nullable HostInfo advertised) {
        self = advertised;
        streams = made;
    }

    /** What has failed stays so. */
    void is(StatusServer.Health now) {
        if (health != StatusServer.Health.FAILED) {
            health = now;
        }
    }

    /** Kafka Streams says nothing of brokers that are gone. */
    @Override
    public StatusServer.Health health() {
        LagMonitor monitor = lag;
        StatusServer.Health now = health;
        boolean waits = monitor != null && !monitor.brokersAnswer();
        return now == StatusServer.Health.READY && waits ? StatusServer.Health.STARTING : now;
    }

    @Override
    public String state() {
        KafkaStreams made = streams;
        return made == null ? "NOT_STARTED" : made.state().name();
    }

    @Override
    public Map<Integer, Long> lag() {
        LagMonitor monitor = lag;
        return monitor == null ? Map.of() : monitor.byPartition();
    }

    @Override
    public boolean isCaughtUp(int partition) {
        LagMonitor monitor = lag;
        return monitor != null && monitor.isCaughtUp(partition);
    }

    @Override
    public int partitions() {
        return partitions;
    }

    @Override
    public List<Member> members() {
        KafkaStreams made = streams;
        if (made == null || self == null || !made.state().isRunningOrRebalancing()) {
            return List.of();
        }
        List<Member> members = new ArrayList<>();
        for (StreamsMetadata metadata : made.metadataForAllStreamsClients()) {
            HostInfo host = metadata.hostInfo();
            if (!host.equals(HostInfo.unavailable())) {
                members.add(
                        new Member(
                                host.host(),
                                host.port(),
                                host.equals(self),
                                of(metadata, DnsTopology.partialCounts(config.applicationId())),
                                of(metadata, config.topics().raw())));
            }
        }
        return members;
    }

    private static Set<Integer> of(StreamsMetadata metadata, String topic) {
        Set<Integer> partitions = new TreeSet<>();
        for (TopicPartition partition : metadata.topicPartitions()) {
            if (partition.topic().equals(topic)) {
                partitions.add(partition.partition());
            }
        }
        return partitions;
    }
}
