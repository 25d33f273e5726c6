package io.stream53.agent.source;

import java.io.IOException;
import java.sql.Timestamp;
import java.util.Objects;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;
import org.pcap4j.core.RawPacketListener;

/**
 * Frames of a network interface, through pcap4j: the second way, should the first not work
 * somewhere. It costs five times as much for each packet. Only {@code loop} with a {@link
 * RawPacketListener} keeps up; the other calls of pcap4j drop packets.
 */
public final class Pcap4jSource implements PacketSource {
    private final String device;
    private final PcapHandle handle;
    private final int linkType;
    private volatile boolean stopped;
    private final WrappingCount dropped = new WrappingCount();

    private Pcap4jSource(String device, PcapHandle handle) {
        this.device = device;
        this.handle = handle;
        this.linkType = LibpcapSource.linkType(handle.getDlt().value());
    }

    /**
     * Begins to capture: from now on the kernel keeps packets.
     *
     * @throws IOException with one sentence: no libpcap, no such interface, no permission
     */
    public static Pcap4jSource open(LiveSettings settings) throws IOException {
        PcapHandle handle = activate(settings);
        try {
            handle.setFilter(
                    CaptureFilter.text(
                            settings.ports(), settings.tunnels(), handle.getDlt().value()),
                    BpfCompileMode.OPTIMIZE);
            return new Pcap4jSource(settings.device(), handle);
        } catch (PcapNativeException | NotOpenException e) {
            handle.close();
            throw new IOException("libpcap refuses the filter: " + e.getMessage(), e);
        }
    }

    private static PcapHandle activate(LiveSettings settings) throws IOException {
        try {
            return new PcapHandle.Builder(settings.device())
                    .snaplen(LiveSettings.SNAPLEN)
                    .promiscuousMode(
                            settings.promiscuous()
                                    ? PromiscuousMode.PROMISCUOUS
                                    : PromiscuousMode.NONPROMISCUOUS)
                    .timeoutMillis(LiveSettings.TIMEOUT_MS)
                    .bufferSize(settings.bufferBytes())
                    .build();
        } catch (PcapNativeException e) {
            int code = Objects.requireNonNullElse(e.getReturnCode(), 0);
            throw LiveErrors.activation(settings.device(), code, String.valueOf(e.getMessage()));
        } catch (LinkageError e) {
            throw LiveErrors.noLibpcap();
        }
    }

    @Override
    public void run(FrameHandler handler) throws IOException {
        RawPacketListener listener = packet -> frame(handler, packet);
        while (!stopped) {
            try {
                handle.loop(-1, listener);
            } catch (InterruptedException broken) {
                // breakLoop: pcap4j says it so, nobody interrupted this thread.
                assert stopped;
            } catch (PcapNativeException | NotOpenException e) {
                throw LiveErrors.ended(device, String.valueOf(e.getMessage()));
            }
        }
    }

    private void frame(FrameHandler handler, byte[] packet) {
        Timestamp time = handle.getTimestamp();
        long timestampUs =
                Math.floorDiv(time.getTime(), 1000L) * 1_000_000 + time.getNanos() / 1000;
        handler.frame(packet, 0, packet.length, handle.getOriginalLength(), timestampUs, linkType);
    }

    @Override
    public synchronized void stop() {
        stopped = true;
        try {
            handle.breakLoop();
        } catch (NotOpenException closed) {
            assert !handle.isOpen();
        }
    }

    @Override
    public synchronized SourceStats stats() {
        try {
            dropped.update((int) handle.getStats().getNumPacketsDropped());
        } catch (PcapNativeException | NotOpenException closed) {
            assert dropped.total() >= 0; // what was known before it was closed still holds
        }
        return new SourceStats(dropped.total(), false);
    }

    /** Ends the capture; {@link #run} must have returned. */
    @Override
    public synchronized void close() {
        if (handle.isOpen()) {
            stats();
            handle.close();
        }
    }
}
