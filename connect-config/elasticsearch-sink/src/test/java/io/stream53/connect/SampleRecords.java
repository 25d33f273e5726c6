package io.stream53.connect;

import io.stream53.schema.AlertEvent;
import io.stream53.schema.AlertEvidence;
import io.stream53.schema.AlertFigure;
import io.stream53.schema.AlertRule;
import io.stream53.schema.AlertSubject;
import io.stream53.schema.AutonomousSystem;
import io.stream53.schema.Dns;
import io.stream53.schema.DnsAlert;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.Edns;
import io.stream53.schema.EdnsQuery;
import io.stream53.schema.EdnsResponse;
import io.stream53.schema.Endpoint;
import io.stream53.schema.Event;
import io.stream53.schema.ExtendedError;
import io.stream53.schema.Geo;
import io.stream53.schema.Location;
import io.stream53.schema.Network;
import io.stream53.schema.NodeLedger;
import io.stream53.schema.Observer;
import io.stream53.schema.Organization;
import io.stream53.schema.Question;
import io.stream53.schema.ResourceRecord;
import io.stream53.schema.TldCount;
import io.stream53.schema.TopItem;
import io.stream53.serde.GeneratedClasses;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Records of each kind, transaction and count with a value in every field. */
final class SampleRecords {
    static {
        GeneratedClasses.trust();
    }

    static final Instant TIME = Instant.parse("2026-11-22T16:08:00.123Z");

    private SampleRecords() {}

    static DnsTransaction transaction() {
        return DnsTransaction.newBuilder()
                .setId("0123456789abcdef0123456789abcdef")
                .setTimestamp(TIME)
                .setTimestampUs(9_007_199_254_740_993L)
                .setEvent(new Event(TIME, TIME.plusMillis(5), 5_123_456L, "success"))
                .setObserver(new Observer("ns1", "fra", "2001:db8::53"))
                .setClient(endpoint("192.0.2.7"))
                .setServer(endpoint("2001:db8::53"))
                .setNetwork(new Network("udp", "dns", "ipv4", 212L, "inbound", 18_200_000L))
                .setDns(dns())
                .setSamplingRate(1)
                .setCaptureLoss(false)
                .setTags(List.of("dnssec-aware"))
                .build();
    }

    static TldCount count() {
        return TldCount.newBuilder()
                .setTimestamp(TIME)
                .setWindowEnd(TIME.plusSeconds(60))
                .setDimension("tld")
                .setKey("com")
                .setQueries(3)
                .setResponseTimeP50(1L)
                .setResponseTimeP90(2L)
                .setResponseTimeP99(3L)
                .setClientsSketch(ByteBuffer.wrap(new byte[] {1, 2, (byte) 0xff}))
                .setResponseTimeMax(4L)
                .setResponseSizeP50(5L)
                .setResponseSizeP90(6L)
                .setResponseSizeP99(7L)
                .setResponseSizeMax(8L)
                .setDistinctPrefixes(2L)
                .setTopNames(List.of(new TopItem("www.example.com", 2L, 0L)))
                .setTopClients(List.of(new TopItem("192.0.2.1", 2L, 1L)))
                .setTopNxdomainNames(List.of(new TopItem("x.example.com", 1L, 0L)))
                .build();
    }

    /** An alert about ns1 as the node of the sample transaction sees it. */
    static DnsAlert alert() {
        return DnsAlert.newBuilder()
                .setId("00000000000000000000000000000001")
                .setTimestamp(TIME)
                .setStatus("opened")
                .setRule(
                        new AlertRule(
                                "server-silent",
                                "A server is silent.",
                                List.of(new AlertFigure("share", 0.9))))
                .setEvent(new AlertEvent("alert", TIME, TIME, TIME, 98.5))
                .setSubject(new AlertSubject("server", "2001:db8::53", "ns1"))
                .setNodes(List.of("ns1"))
                .setEvidence(
                        AlertEvidence.newBuilder()
                                .setSlots(2)
                                .setTransactions(5_300)
                                .setMatched(5_300)
                                .setPeakRate(341.9)
                                .setShare(1.0)
                                .setDistinctNames(3)
                                .setDistinctClients(4)
                                .setFigures(List.of(new AlertFigure("nxdomain", 7.0)))
                                .setNames(List.of("www.example.com"))
                                .setClients(List.of("192.0.2.7"))
                                .setServers(List.of("2001:db8::53"))
                                .build())
                .build();
    }

    static NodeLedger ledger() {
        return NodeLedger.newBuilder()
                .setTimestamp(TIME)
                .setWindowEnd(TIME.plusSeconds(60))
                .setNode("ns1")
                .setRuns(1)
                .setCaptured(10)
                .setDropped(Map.of("kernel", 2L, "aReasonOfLater", 1L))
                .setSent(7)
                .setRead(7)
                .setBalanced(true)
                .build();
    }

    private static Endpoint endpoint(String ip) {
        return new Endpoint(
                ip,
                "plain",
                53,
                106L,
                geo(),
                new AutonomousSystem(4_200_000_000L, new Organization("X")),
                "Example");
    }

    private static Geo geo() {
        return new Geo("EU", "DE", "Germany", "DE-HE", "Frankfurt", new Location(50.1, 8.7));
    }

    private static Dns dns() {
        ResourceRecord record =
                new ResourceRecord("example.com", "A", "IN", 4_294_967_295L, "192.0.2.1");
        return Dns.newBuilder()
                .setId(65_535)
                .setOpCode("QUERY")
                .setResponseCode("NOERROR")
                .setHeaderFlags(List.of("RD", "RA"))
                .setQueryFlags(List.of("RD"))
                .setQuestion(
                        new Question(
                                "example.com",
                                false,
                                "A",
                                "IN",
                                "com",
                                "example.com",
                                "www",
                                false,
                                "example.com"))
                .setAnswers(List.of(record))
                .setAuthorities(List.of(record))
                .setAnswersCount(1)
                .setAuthoritiesCount(1)
                .setAdditionalsCount(1)
                .setResolvedIp(List.of("192.0.2.1"))
                .setResponseKind("answer")
                .setEdns(
                        new Edns(
                                new EdnsQuery(0, 1232, true, "192.0.2.0/24", geo(), "00"),
                                new EdnsResponse(
                                        0,
                                        1232,
                                        true,
                                        "192.0.2.0/24",
                                        "0011",
                                        "fra1",
                                        new ExtendedError(22, "no authority"))))
                .setStatus("ANSWERED")
                .setUnansweredCause("timeout")
                .setUnansweredId("00")
                .setRetransmissions(1)
                .setQuerySize(40)
                .setResponseSize(172L)
                .setResponses(1)
                .setQueryDefect("cut")
                .setResponseDefect("malformed:answer")
                .build();
    }
}
