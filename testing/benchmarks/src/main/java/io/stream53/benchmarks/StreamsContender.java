package io.stream53.benchmarks;

import io.stream53.processor.MeasuredProcessor;
import io.stream53.processor.match.Cause;
import io.stream53.processor.match.MatchSettings;
import io.stream53.processor.task.DrainedStoreBuilder;
import io.stream53.processor.task.LedgerBoard;
import io.stream53.processor.task.MatchProcessor;
import io.stream53.processor.task.PacketDecoder;
import io.stream53.processor.task.Step;
import io.stream53.schema.DnsPacket;
import io.stream53.serde.AvroDeserializer;
import io.stream53.serde.AvroSerializer;
import io.stream53.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.JoinWindows;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.StreamJoined;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** A topology of Kafka Streams, with the processor's own settings. */
final class StreamsContender implements Running {
    private static final int QR = 0x8000;
    private static final AtomicLong RECORDS = new AtomicLong();

    private final KafkaStreams streams;

    private StreamsContender(Topology topology, Properties properties) {
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        streams = new KafkaStreams(topology, properties);
        streams.pause();
        streams.start();
    }

    /** What contenders run with. */
    record Place(String bootstrap, String registry, Path stateDir, Path geoip) {
        MeasuredProcessor processor(Contender contender) {
            return new MeasuredProcessor(
                    bootstrap, registry, contender.id(), stateDir.resolve(contender.id()), geoip);
        }

        Map<String, Object> serde() {
            return Map.of("schema.registry.url", registry, "specific.avro.reader", true);
        }
    }

    static StreamsContender topology(Place place) throws IOException {
        MeasuredProcessor processor = place.processor(Contender.TOPOLOGY);
        return new StreamsContender(processor.topology(), counting(processor, RecordCount.class));
    }

    /** As the processor's settings are by default. */
    private static final Duration CLOSE_DELAY = Duration.ofSeconds(15);

    /** {@link MatchProcessor} as it is in the processor, and a sink. */
    static StreamsContender matcher(Place place) {
        String store = "task-state";
        var settings =
                new MatchProcessor.Settings(
                        MatchSettings.DEFAULT,
                        CLOSE_DELAY,
                        Duration.ofMinutes(10),
                        partition -> false,
                        new LedgerBoard(),
                        store);
        Deserializer<DnsPacket> packets = new AvroDeserializer<>();
        packets.configure(place.serde(), false);
        StreamsBuilder builder = new StreamsBuilder();
        builder.addStateStore(new DrainedStoreBuilder(store));
        builder.stream(
                        Topics.RAW,
                        Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("packets"))
                .process(
                        () -> new MatchProcessor(settings, new PacketDecoder(Topics.RAW, packets)),
                        Named.as("match"),
                        store)
                .process(ToJoined::new, Named.as(MatchProcessor.NEXT))
                .to(
                        Contender.MATCHER.output(),
                        Produced.with(Serdes.ByteArray(), Joined.serde(place.serde())));
        Topology topology =
                builder.build()
                        .addSink(
                                MatchProcessor.DEAD_LETTERS,
                                Topics.DEAD_LETTERS,
                                new ByteArraySerializer(),
                                new ByteArraySerializer(),
                                "match");
        return new StreamsContender(
                topology, counting(place.processor(Contender.MATCHER), RecordCount.class));
    }

    private static final class ToJoined implements Processor<Object, Object, byte[], Joined> {
        private @Nullable ProcessorContext<byte[], Joined> context;

        @Override
        public void init(ProcessorContext<byte[], Joined> context) {
            this.context = context;
        }

        @Override
        public void process(Record<Object, Object> record) {
            if (context != null && record.value() instanceof Step.Matched(var transaction, var _)) {
                Cause cause = transaction.cause();
                context.forward(
                        new Record<>(
                                transaction.key(),
                                new Joined(
                                        cause == null ? "" : cause.text(),
                                        transaction.query(),
                                        transaction.response()),
                                record.timestamp()));
            }
        }
    }

    /** As a user of the DSL would write it. */
    static StreamsContender dslJoin(Place place) {
        Serializer<DnsPacket> writer = new AvroSerializer<>();
        Deserializer<DnsPacket> reader = new AvroDeserializer<>();
        writer.configure(place.serde(), false);
        reader.configure(place.serde(), false);
        Serde<DnsPacket> packet = Serdes.serdeFrom(writer, reader);
        StreamsBuilder builder = new StreamsBuilder();
        KStream<byte[], DnsPacket> messages =
                builder.stream(Topics.RAW, Consumed.with(Serdes.ByteArray(), packet))
                        .filter((key, message) -> message.getKind().equals("message"));
        KStream<byte[], DnsPacket> queries =
                messages.filter((key, message) -> (message.getFlags() & QR) == 0);
        messages.filter((key, message) -> (message.getFlags() & QR) != 0)
                .outerJoin(
                        queries,
                        (response, query) -> new Joined("", query, response),
                        JoinWindows.ofTimeDifferenceAndGrace(
                                MatchSettings.DEFAULT.timeout(), MatchSettings.DEFAULT.skew()),
                        StreamJoined.with(Serdes.ByteArray(), packet, packet))
                .to(
                        Contender.DSL_JOIN.output(),
                        Produced.with(Serdes.ByteArray(), Joined.serde(place.serde())));
        return new StreamsContender(
                builder.build(), counting(place.processor(Contender.DSL_JOIN), EventTime.class));
    }

    private static Properties counting(
            MeasuredProcessor processor, Class<? extends TimestampExtractor> extractor) {
        Properties properties = processor.properties();
        properties.put(StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG, extractor);
        return properties;
    }

    /** Counts records of dns.raw; their time is that of the clock, as in the processor. */
    public static class RecordCount implements TimestampExtractor {
        @Override
        public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
            if (record.topic().equals(Topics.RAW)) {
                RECORDS.setOpaque(RECORDS.getPlain() + 1);
            }
            return System.currentTimeMillis();
        }
    }

    /** Counts as well; a join needs the time of capture. */
    public static final class EventTime extends RecordCount {
        @Override
        public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
            long now = super.extract(record, partitionTime);
            return record.value() instanceof DnsPacket packet && !packet.getFinal$()
                    ? packet.getTimestampUs() / 1000
                    : now;
        }
    }

    @Override
    public void resume() {
        streams.resume();
    }

    @Override
    public void pause() {
        streams.pause();
    }

    @Override
    public long records() {
        return RECORDS.getOpaque();
    }

    @Override
    public void close() {
        boolean _ = streams.close(Duration.ofSeconds(20));
    }
}
