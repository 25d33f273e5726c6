package io.stream53.fuzz;

import io.stream53.fixtures.TestRegistry;
import io.stream53.processor.enrich.Enricher;
import io.stream53.processor.enrich.GeoLookup;
import io.stream53.processor.enrich.PublicSuffixes;
import io.stream53.processor.match.CounterSet;
import io.stream53.processor.match.MatchSettings;
import io.stream53.processor.match.Matcher;
import io.stream53.processor.task.PacketDecoder;
import io.stream53.schema.DnsPacket;
import io.stream53.serde.AvroDeserializer;
import io.stream53.serde.RegistryClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;

/**
 * Records of dns.raw, whose producer is whoever may write there: key and value in turns, as {@link
 * Parts}, the value without Confluent's header. What decodes goes through matcher and enricher.
 */
public final class RecordFuzzer {
    private static final TestRegistry REGISTRY = TestRegistry.start();
    private static final int SCHEMA_ID =
            REGISTRY.register("dns.raw-value", DnsPacket.getClassSchema());
    private static final PacketDecoder DECODER =
            new PacketDecoder(
                    "dns.raw",
                    AvroDeserializer.of(
                            new RegistryClient(Map.of("schema.registry.url", REGISTRY.url())),
                            DnsPacket.class));
    private static final Enricher ENRICHER = new Enricher(GeoLookup.none(), new PublicSuffixes());

    static {
        // From now on the schema is known, and no input waits for the registry.
        DnsPacket watermark =
                DnsPacket.newBuilder()
                        .setKind("watermark")
                        .setNode("ns1")
                        .setRun(1)
                        .setSequence(0)
                        .setTimestampUs(0)
                        .build();
        byte[] avro = encoded(watermark);
        Broken.unless(
                DECODER.decode(null, framed(avro)).packet() != null,
                "the registry does not answer");
        REGISTRY.stop();
    }

    private RecordFuzzer() {}

    /** Decodes the records, matches and enriches them. */
    public static void fuzzerTestOneInput(byte[] data) {
        Matcher matcher =
                new Matcher(
                        MatchSettings.DEFAULT,
                        transaction ->
                                Broken.unless(
                                        ENRICHER.enrich(transaction).getId().length() == 32,
                                        "an id of other than 32 digits"),
                        new CounterSet());
        Parts parts = new Parts(data, 0);
        while (parts.hasNext()) {
            byte[] key = parts.next();
            byte[] avro = parts.hasNext() ? parts.next() : new byte[0];
            record(matcher, key, framed(avro));
        }
    }

    private static void record(Matcher matcher, byte[] key, byte[] value) {
        DnsPacket packet = DECODER.decode(key, value).packet();
        if (packet == null) {
            return;
        }
        if (packet.getKind().equals("watermark")) {
            long until = packet.getFinal$() ? Long.MAX_VALUE : packet.getTimestampUs();
            matcher.advance(packet.getNode(), packet.getRun(), until, packet.getSamplingRate());
        } else {
            matcher.message(key, packet, value);
        }
    }

    private static byte[] encoded(DnsPacket packet) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        try {
            new SpecificDatumWriter<>(DnsPacket.class).write(packet, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] framed(byte[] avro) {
        return ByteBuffer.allocate(5 + avro.length)
                .put((byte) 0)
                .putInt(SCHEMA_ID)
                .put(avro)
                .array();
    }
}
