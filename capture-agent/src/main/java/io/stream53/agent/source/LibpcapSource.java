package io.stream53.agent.source;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Frames of a network interface, through libpcap and java.lang.foreign. The JVM needs {@code
 * --enable-native-access=ALL-UNNAMED}, the process root or CAP_NET_RAW.
 */
public final class LibpcapSource implements PacketSource {
    /** DLT_RAW of Linux; in files and for the decoder it is LINKTYPE_RAW (pcap-linktype(7)). */
    private static final int DLT_RAW = 12;

    private static final int LINKTYPE_RAW = 101;

    private final String device;
    private final long pcap;
    private final int linkType;
    private final byte[] buffer = new byte[1 << 18];
    private final Arena arena = Arena.ofShared();
    private final MemorySegment slots = arena.allocate(2 * JAVA_LONG.byteSize(), 8);
    private long sinceUs = Long.MIN_VALUE;
    private volatile boolean stopped;
    private boolean closed;
    private final WrappingCount dropped = new WrappingCount();

    private LibpcapSource(String device, long pcap, int linkType) {
        this.device = device;
        this.pcap = pcap;
        this.linkType = linkType;
    }

    /**
     * Begins to capture: from now on the kernel keeps packets.
     *
     * @throws IOException with one sentence: no libpcap, no such interface, no permission
     */
    public static LibpcapSource open(LiveSettings settings) throws IOException {
        if (!Libpcap.available()) {
            throw LiveErrors.noLibpcap();
        }
        return activate(settings);
    }

    /**
     * Begins to capture with several threads. Each source gets a part of the interface's packets,
     * all packets between two ends to the same source.
     *
     * @param threads how many sources; 1 is as {@link #open(LiveSettings)}
     * @throws IOException with one sentence
     */
    public static List<LibpcapSource> open(LiveSettings settings, int threads) throws IOException {
        List<LibpcapSource> sources = new ArrayList<>();
        try {
            sources.add(open(settings));
            if (threads > 1) {
                int group = Fanout.first(sources.getFirst().pcap, settings.device());
                while (sources.size() < threads) {
                    LibpcapSource next = open(settings);
                    sources.add(next);
                    // What came until now went to the others as well.
                    next.sinceUs = System.currentTimeMillis() * 1000;
                    Fanout.join(next.pcap, group, settings.device());
                }
            }
            return sources;
        } catch (IOException | RuntimeException e) {
            sources.forEach(LibpcapSource::close);
            throw e;
        }
    }

    private static LibpcapSource activate(LiveSettings settings) throws IOException {
        long pcap = Libpcap.create(settings.device());
        try {
            Libpcap.configure(
                    pcap,
                    LiveSettings.SNAPLEN,
                    settings.promiscuous(),
                    LiveSettings.TIMEOUT_MS,
                    settings.bufferBytes());
            int result = Libpcap.activate(pcap);
            if (result < 0) {
                throw LiveErrors.activation(settings.device(), result, Libpcap.error(pcap));
            }
            int datalink = Libpcap.datalink(pcap);
            Libpcap.filter(
                    pcap, CaptureFilter.text(settings.ports(), settings.tunnels(), datalink));
            return new LibpcapSource(settings.device(), pcap, linkType(datalink));
        } catch (IOException | RuntimeException e) {
            Libpcap.close(pcap);
            throw e;
        }
    }

    /** The registry's value for a DLT_ value of this platform. */
    static int linkType(int datalink) {
        return datalink == DLT_RAW ? LINKTYPE_RAW : datalink;
    }

    @Override
    public void run(FrameHandler handler) throws IOException {
        long headerSlot = slots.address();
        long bytesSlot = headerSlot + JAVA_LONG.byteSize();
        while (!stopped) {
            int result = Libpcap.next(pcap, headerSlot, bytesSlot);
            if (result == Libpcap.NEXT_PACKET) {
                frame(handler, slots.get(JAVA_LONG, 0), slots.get(JAVA_LONG, JAVA_LONG.byteSize()));
            } else if (result < 0 && result != Libpcap.NEXT_BREAK) {
                throw LiveErrors.ended(device, Libpcap.error(pcap));
            }
        }
    }

    private void frame(FrameHandler handler, long header, long bytes) {
        MemorySegment memory = Libpcap.MEMORY;
        int captured =
                Math.min(memory.get(JAVA_INT, header + Libpcap.HEADER_CAPTURED), buffer.length);
        MemorySegment.copy(memory, JAVA_BYTE, bytes, buffer, 0, captured);
        long timestampUs =
                memory.get(JAVA_LONG, header + Libpcap.HEADER_SECONDS) * 1_000_000
                        + memory.get(JAVA_LONG, header + Libpcap.HEADER_MICROS);
        int length = memory.get(JAVA_INT, header + Libpcap.HEADER_LENGTH);
        if (timestampUs >= sinceUs) {
            handler.frame(buffer, 0, captured, length, timestampUs, linkType);
        }
    }

    @Override
    public synchronized void stop() {
        stopped = true;
        if (!closed) {
            Libpcap.breakLoop(pcap);
        }
    }

    @Override
    public synchronized SourceStats stats() {
        if (!closed) {
            dropped.update(Libpcap.dropped(pcap));
        }
        return new SourceStats(dropped.total(), false);
    }

    /** Ends the capture; {@link #run} must have returned. */
    @Override
    public synchronized void close() {
        if (!closed) {
            stats();
            closed = true;
            Libpcap.close(pcap);
            arena.close();
        }
    }
}
