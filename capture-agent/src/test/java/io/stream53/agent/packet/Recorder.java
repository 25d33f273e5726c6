package io.stream53.agent.packet;

import io.stream53.dns.DnsMessage;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Keeps what a decoder hands out, as text. */
final class Recorder implements MessageHandler {
    final List<String> seen = new ArrayList<>();

    @Override
    public void message(PacketView packet, DnsMessage message) {
        seen.add(
                "%s %s:%d > %s:%d #%d %s %s%s"
                        .formatted(
                                packet.transport().text(),
                                address(packet, packet.clientOffset()),
                                packet.clientPort(),
                                address(packet, packet.serverOffset()),
                                packet.serverPort(),
                                message.id(),
                                packet.isResponse() ? "response" : "query",
                                message.questionName(),
                                message.defect().text()));
    }

    private static String address(PacketView packet, int at) {
        byte[] bytes = Arrays.copyOfRange(packet.addresses(), at, at + packet.addressBytes());
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
