package io.stream53.key;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What a query and its response have in common, so that both land in one partition.
 *
 * <p>Big-endian: version u8 = 1, node length u8, node UTF-8, transport u8, family u8 (4 or 6),
 * client address, client port u16, server address, server port u16, id u16. The client is the end
 * that asks: source of a query, destination of a response. The node is part of the key because two
 * nodes that see one packet make two observations.
 *
 * @param node name of the vantage point (or the site that stands in for it), at most 255 bytes of
 *     UTF-8
 * @param clientAddress 4 or 16 bytes, network order
 * @param serverAddress as long as the client's
 * @param id DNS message id; for DoH and DoQ 16 bits of a hash of the question
 */
public record TransactionKey(
        String node,
        Transport transport,
        byte[] clientAddress,
        int clientPort,
        byte[] serverAddress,
        int serverPort,
        int id) {

    public static final int VERSION = 1;
    public static final int MAX_NODE_BYTES = 255;

    /** Bytes of a key beside its node and its two addresses. */
    private static final int FIXED_BYTES = 4 + 6;

    public TransactionKey {
        if (clientAddress.length != serverAddress.length
                || (clientAddress.length != 4 && clientAddress.length != 16)) {
            throw new IllegalArgumentException(
                    "addresses of %d and %d bytes; both must have 4 or both 16"
                            .formatted(clientAddress.length, serverAddress.length));
        }
    }

    /** The bytes of this key. */
    public byte[] encode() {
        byte[] nodeBytes = nodeBytes(node);
        int length = clientAddress.length;
        byte[] key = new byte[length(nodeBytes.length, length)];
        byte[] addresses = Arrays.copyOf(clientAddress, 2 * length);
        System.arraycopy(serverAddress, 0, addresses, length, length);
        write(key, nodeBytes, transport, addresses, 0, length, length, clientPort, serverPort, id);
        return key;
    }

    /** Bytes of a key with a node of so many bytes and addresses of 4 or 16. */
    public static int length(int nodeBytes, int addressBytes) {
        return FIXED_BYTES + nodeBytes + 2 * addressBytes;
    }

    /**
     * UTF-8 of a node's name.
     *
     * @throws IllegalArgumentException when it is empty or longer than {@value #MAX_NODE_BYTES}
     *     bytes
     */
    public static byte[] nodeBytes(String node) {
        byte[] bytes = node.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > MAX_NODE_BYTES) {
            throw new IllegalArgumentException(
                    "node name must have 1 to %d bytes of UTF-8, not %d"
                            .formatted(MAX_NODE_BYTES, bytes.length));
        }
        return bytes;
    }

    /**
     * Writes a key into {@code key}, whose length is {@link #length}: for the capture path, which
     * takes addresses from a packet without copying them first.
     *
     * @param packet holds both addresses, at {@code client} and at {@code server}
     */
    public static void write(
            byte[] key,
            byte[] node,
            Transport transport,
            byte[] packet,
            int client,
            int server,
            int addressBytes,
            int clientPort,
            int serverPort,
            int id) {
        int at = 0;
        key[at++] = VERSION;
        key[at++] = (byte) node.length;
        System.arraycopy(node, 0, key, at, node.length);
        at += node.length;
        key[at++] = transport.code();
        key[at++] = (byte) (addressBytes == 4 ? 4 : 6);
        System.arraycopy(packet, client, key, at, addressBytes);
        at = u16(key, at + addressBytes, clientPort);
        System.arraycopy(packet, server, key, at, addressBytes);
        at = u16(key, at + addressBytes, serverPort);
        u16(key, at, id);
    }

    /**
     * Reads a key.
     *
     * @throws IllegalArgumentException with a reason, when the bytes are no key of this version
     */
    public static TransactionKey decode(byte[] key) {
        check(key);
        int nodeLength = key[1] & 0xff;
        int at = 2 + nodeLength;
        int addressBytes = key[at + 1] == 4 ? 4 : 16;
        int client = at + 2;
        int server = client + addressBytes + 2;
        return new TransactionKey(
                new String(key, 2, nodeLength, StandardCharsets.UTF_8),
                Transport.ofCode(key[at]),
                Arrays.copyOfRange(key, client, client + addressBytes),
                u16(key, server - 2),
                Arrays.copyOfRange(key, server, server + addressBytes),
                u16(key, server + addressBytes),
                u16(key, server + addressBytes + 2));
    }

    /**
     * Does nothing to bytes that {@link #decode} can read.
     *
     * @throws IllegalArgumentException with a reason, when the bytes are no key of this version
     */
    public static void check(byte[] key) {
        if (key.length < 2 || key[0] != VERSION) {
            throw new IllegalArgumentException("not a transaction key of version " + VERSION);
        }
        int nodeLength = key[1] & 0xff;
        int at = 2 + nodeLength;
        if (key.length < at + 2) {
            throw new IllegalArgumentException("transaction key ends in its node");
        }
        Transport _ = Transport.ofCode(key[at]);
        int addressBytes =
                switch (key[at + 1]) {
                    case 4 -> 4;
                    case 6 -> 16;
                    default -> throw new IllegalArgumentException("unknown family " + key[at + 1]);
                };
        if (key.length != length(nodeLength, addressBytes)) {
            throw new IllegalArgumentException(
                    "transaction key of %d bytes, expected %d"
                            .formatted(key.length, length(nodeLength, addressBytes)));
        }
    }

    private static int u16(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >>> 8);
        bytes[at + 1] = (byte) value;
        return at + 2;
    }

    private static int u16(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TransactionKey that && Arrays.equals(encode(), that.encode());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encode());
    }

    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return "%s %s %s:%d > %s:%d #%d"
                .formatted(
                        node,
                        transport.text(),
                        hex.formatHex(clientAddress),
                        clientPort,
                        hex.formatHex(serverAddress),
                        serverPort,
                        id);
    }
}
