package io.stream53.fuzz;

import io.stream53.agent.packet.CaptureCounters;
import io.stream53.agent.packet.DecoderSettings;
import io.stream53.agent.packet.FrameDecoder;
import io.stream53.dns.DnsMessage;
import io.stream53.ledger.AgentLedger;
import java.util.List;
import java.util.Set;

/**
 * Captured frames, in a row, so that fragments and TCP segments meet. The input is a byte that
 * chooses the link type, a byte of switches, and {@link Parts}: of each frame the first two bytes
 * are the milliseconds since the one before.
 */
public final class FrameFuzzer {
    private static final int[] LINK_TYPES = {
        1, 101, 113, 276, 0, 108, 228, 229, 12, 14, 9, 50, 51, 258, 149, 105, 104
    };
    private static final int MAX_BYTES = 65_535;

    private FrameFuzzer() {}

    /** Decodes the frames; the counters must add up. */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length < 2) {
            return;
        }
        CaptureCounters counters = new CaptureCounters();
        long[] messages = {0};
        FrameDecoder decoder =
                new FrameDecoder(
                        settings(data[1]),
                        (packet, message) -> {
                            messages[0]++;
                            check(packet.addresses().length, packet.clientOffset(), message);
                            MessageFuzzer.read(message);
                        },
                        counters);
        int linkType = LINK_TYPES[(data[0] & 0xff) % LINK_TYPES.length];
        long frames = 0;
        long timeUs = 1_000_000_000_000_000L;
        for (Parts parts = new Parts(data, 2); parts.hasNext(); frames++) {
            byte[] frame = parts.next();
            int from = Math.min(2, frame.length);
            timeUs += from < 2 ? 0 : ((frame[0] & 0xff) << 8 | frame[1] & 0xff) * 1000L;
            // a frame cut by the capture: one byte of four that it had
            int wire = (data[1] & 4) == 0 ? frame.length - from : frame.length + 100;
            decoder.frame(frame, from, frame.length - from, wire, timeUs, linkType);
        }
        decoder.finish();
        balance(counters.snapshot(0), frames, messages[0]);
    }

    /** What the first byte is for a link type. */
    static int linkTypeIndex(int linkType) {
        for (int i = 0; i < LINK_TYPES.length; i++) {
            if (LINK_TYPES[i] == linkType) {
                return i;
            }
        }
        throw new IllegalArgumentException("link type " + linkType + " is not fuzzed");
    }

    private static DecoderSettings settings(byte switches) {
        DecoderSettings defaults = DecoderSettings.of(Set.of(53));
        return new DecoderSettings(
                defaults.ports(),
                (switches & 1) != 0,
                (switches & 2) != 0
                        ? List.of(
                                io.stream53.agent.packet.IpNetwork.of("0.0.0.0/0"),
                                io.stream53.agent.packet.IpNetwork.of("::/0"))
                        : List.of(),
                1 << 20,
                defaults.fragmentTimeoutUs(),
                defaults.tcpIdleUs());
    }

    private static void check(int length, int clientOffset, DnsMessage message) {
        Broken.unless(clientOffset >= 0 && clientOffset + 4 <= length, "an address out of bounds");
        Broken.unless(
                message.offset() >= 0
                        && message.offset() + message.capturedLength() <= message.bytes().length,
                "a message out of bounds");
        Broken.unless(message.size() <= MAX_BYTES, "a message of more than 65,535 bytes");
    }

    private static void balance(AgentLedger ledger, long frames, long messages) {
        Broken.unless(ledger.frames() == frames, "frames that were not counted");
        Broken.unless(
                ledger.captured() == messages + ledger.droppedTotal(),
                "captured " + ledger.captured() + ", but " + messages + " messages and " + ledger);
    }
}
