package io.stream53.agent.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.dns.DnsMessage;
import io.stream53.fixtures.Frames;
import io.stream53.fixtures.PcapWriter;
import io.stream53.ledger.AgentLedger;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A decoder that is given packets and a time, and keeps what comes out. */
final class TcpHarness {
    static final InetSocketAddress CLIENT = Frames.socket("192.0.2.1", 40_000);
    static final InetSocketAddress SERVER = Frames.socket("198.51.100.53", 53);

    /** One message that came out. */
    record Seen(
            long timeUs,
            boolean response,
            int id,
            String name,
            int size,
            int captured,
            String defect,
            int roundTripUs,
            PacketView.TransferPart part,
            byte[] bytes) {}

    final List<Seen> seen = new ArrayList<>();
    final Recorder recorder = new Recorder();
    final CaptureCounters counters = new CaptureCounters();
    final FrameDecoder decoder;

    /** Microseconds; each packet comes at this time. */
    long nowUs = 1_000_000_000;

    TcpHarness() {
        this(DecoderSettings.of(Set.of(53)));
    }

    TcpHarness(DecoderSettings settings) {
        decoder = new FrameDecoder(settings, this::message, counters);
    }

    private void message(PacketView packet, DnsMessage message) {
        recorder.message(packet, message);
        seen.add(
                new Seen(
                        packet.timestampUs(),
                        packet.isResponse(),
                        message.id(),
                        message.questionName(),
                        message.size(),
                        message.capturedLength(),
                        message.defect().text(),
                        packet.tcpRoundTripUs(),
                        packet.transferPart(),
                        message.copy()));
    }

    /** Packets at the present time. */
    TcpHarness packets(byte[]... packets) {
        for (byte[] packet : packets) {
            cut(packet, packet.length);
        }
        return this;
    }

    /** A packet of which the capture holds the beginning. */
    TcpHarness cut(byte[] packet, int captured) {
        byte[] buffer = new byte[captured + 20];
        Arrays.fill(buffer, (byte) 0xee);
        System.arraycopy(packet, 0, buffer, 10, captured);
        decoder.frame(buffer, 10, captured, packet.length, nowUs, PcapWriter.RAW);
        return this;
    }

    /** Time goes on. */
    TcpHarness after(long milliseconds) {
        nowUs += milliseconds * 1000;
        return this;
    }

    List<Integer> ids() {
        return seen.stream().map(Seen::id).toList();
    }

    Map<String, Long> losses() {
        return counters.losses();
    }

    long ignored() {
        return counters.snapshot(0).ignored();
    }

    /** Ends the input, and checks that what was captured is what came out and what was dropped. */
    TcpHarness finish() {
        decoder.finish();
        AgentLedger ledger = counters.snapshot(counters.messages());
        assertThat(ledger.captured()).isEqualTo(seen.size() + ledger.droppedTotal());
        return this;
    }
}
