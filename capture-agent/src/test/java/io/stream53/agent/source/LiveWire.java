package io.stream53.agent.source;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.Callable;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;

/** A cable in a private network; the source captures at its near end. */
final class LiveWire implements Wire {
    /** A way to capture. */
    @FunctionalInterface
    interface Opener {
        PacketSource open(LiveSettings settings) throws IOException;
    }

    private final PrivateNetwork network = PrivateNetwork.create();
    private final Opener opener;
    private final PcapHandle sender;

    LiveWire(Opener opener) {
        this.opener = opener;
        this.sender = network.call(() -> new PcapHandle.Builder(PrivateNetwork.FAR_END).build());
    }

    @Override
    public PacketSource open() throws IOException {
        return open(4 << 20);
    }

    PacketSource open(int bufferBytes) throws IOException {
        return open(PrivateNetwork.NEAR_END, false, bufferBytes);
    }

    /** Lets tunnels through. */
    PacketSource openWithTunnels() throws IOException {
        return open(PrivateNetwork.NEAR_END, true, 4 << 20);
    }

    @Override
    public PacketSource openMissing() throws IOException {
        return open("missing0", false, 1 << 20);
    }

    private PacketSource open(String device, boolean tunnels, int bufferBytes) throws IOException {
        LiveSettings settings =
                new LiveSettings(device, Set.of(53, 5353), tunnels, bufferBytes, true);
        Object result =
                network.call(
                        () -> {
                            try {
                                return opener.open(settings);
                            } catch (IOException e) {
                                return e;
                            }
                        });
        return switch (result) {
            case PacketSource source -> source;
            case IOException e -> throw e;
            default -> throw new AssertionError(result);
        };
    }

    /** Does something in the network that the cable is in. */
    <T> T inside(Callable<T> action) {
        return network.call(action);
    }

    /** Takes the interface away. */
    void cut() {
        network.ip("link", "delete", PrivateNetwork.NEAR_END);
    }

    @Override
    public void send(byte[] frame) {
        try {
            sender.sendPacket(frame);
        } catch (PcapNativeException | NotOpenException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        sender.close();
        network.close();
    }
}
