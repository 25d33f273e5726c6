package io.stream53.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.agent.AgentConfig;
import io.stream53.agent.CaptureRun;
import io.stream53.fixtures.DnsMessageBuilder;
import io.stream53.fixtures.Frames;
import io.stream53.fixtures.PcapWriter;
import io.stream53.fixtures.Requires;
import io.stream53.processor.enrich.Enricher;
import io.stream53.processor.enrich.GeoLookup;
import io.stream53.processor.enrich.PublicSuffixes;
import io.stream53.schema.DnsTransaction;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tags that follow from header and OPT record alone, against what tshark reads. */
class LabelsOracleTest {
    /** Queries by UDP that show DO, AD or CD, and those that are of type ANY, as tshark says it. */
    private static final Map<String, String> FILTERS =
            Map.of(
                    "dnssec-aware",
                    "udp && dns.flags.response == 0 && (dns.resp.z.do == 1"
                            + " || dns.flags.authenticated == 1 || dns.flags.checkdisable == 1)",
                    "any-over-udp",
                    "udp && dns.flags.response == 0 && dns.flags.opcode == 0"
                            + " && dns.qry.type == 255");

    @TempDir private Path folder;

    @Test
    void agreesWithTsharkOnTheLabCapture() throws Exception {
        agrees(Requires.shared("lab/lab-100k.pcap.gz"), 5_000, 0);
    }

    @Test
    void agreesWithTsharkOnEveryMixOfFlagsAndTypes() throws Exception {
        agrees(mixed().writeTo(folder.resolve("mixed.pcap")), 30, 20);
    }

    private static void agrees(Path capture, int leastAware, int leastAny) throws Exception {
        Path tshark = Requires.tool("tshark");
        Map<String, Long> ours = ours(capture);
        Map<String, Long> theirs = new TreeMap<>();
        for (String tag : FILTERS.keySet()) {
            theirs.put(tag, count(tshark, capture, FILTERS.get(tag)));
        }
        assertThat(ours).isEqualTo(theirs);
        assertThat(ours.get("dnssec-aware")).isGreaterThanOrEqualTo(leastAware);
        assertThat(ours.get("any-over-udp")).isGreaterThanOrEqualTo(leastAny);
    }

    /** Queries by UDP in the transactions of each tag: a retransmission is a query of its own. */
    private static Map<String, Long> ours(Path capture) throws IOException {
        Map<String, Long> queries = new TreeMap<>();
        FILTERS.keySet().forEach(tag -> queries.put(tag, 0L));
        Enricher enricher = new Enricher(GeoLookup.none(), new PublicSuffixes());
        MemoryPipeline pipeline =
                new MemoryPipeline(
                        transaction -> {
                            if (transaction.query() != null) {
                                count(enricher.enrich(transaction), queries);
                            }
                        },
                        until -> {});
        CaptureRun.files(List.of(capture), AgentConfig.of(Map.of("node", "ns1")), pipeline);
        return queries;
    }

    private static void count(DnsTransaction document, Map<String, Long> queries) {
        if (!document.getNetwork().getTransport().equals("udp")) {
            return;
        }
        for (String tag : document.getTags()) {
            queries.computeIfPresent(
                    tag, (key, before) -> before + 1 + document.getDns().getRetransmissions());
        }
    }

    private static long count(Path tshark, Path capture, String filter)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                List.of(
                                        tshark.toString(),
                                        "-n",
                                        "-r",
                                        capture.toString(),
                                        "-Y",
                                        filter,
                                        "-T",
                                        "fields",
                                        "-e",
                                        "frame.number"))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return output.lines().count();
    }

    /** All of AD, CD, DO and RD, by types A and ANY, each with a question of its own. */
    private static PcapWriter mixed() {
        InetSocketAddress client = Frames.socket("192.0.2.1", 40000);
        InetSocketAddress server = Frames.socket("192.0.2.53", 53);
        PcapWriter capture = new PcapWriter(PcapWriter.RAW);
        int id = 0;
        for (int flags : new int[] {0, 0x10, 0x20, 0x30, 0x100, 0x110, 0x120, 0x130}) {
            for (int type : new int[] {DnsMessageBuilder.A, 255}) {
                for (int edns = 0; edns < 3; edns++) {
                    id++;
                    DnsMessageBuilder query =
                            DnsMessageBuilder.query(id, "q" + id + ".example.com", type)
                                    .flags(flags);
                    if (edns > 0) {
                        query.edns(1232, edns == 2);
                    }
                    capture.frame(
                            1_700_000_000_000_000L + id * 1000L,
                            Frames.udp(client, server, query.bytes()));
                }
            }
        }
        return capture;
    }
}
