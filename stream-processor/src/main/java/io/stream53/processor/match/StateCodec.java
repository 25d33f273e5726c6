package io.stream53.processor.match;

import io.stream53.schema.DnsPacket;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of the matcher's state, big-endian. A key begins with its kind.
 *
 * <pre>
 * kind     key                                      value, behind a version byte
 * QUERY    order i64, transaction key               ordinal u16, retransmissions i32, query bytes i64,
 *                                                   responses i32, then the query as it came from dns.raw;
 *                                                   when there are responses, before it: their bytes i64,
 *                                                   last time i64, length i32 and bytes of the first one
 * EARLY    order i64, transaction key               ordinal u16, mismatched u8, the response as it came
 * EXPIRED  order i64, transaction key               ordinal u16, time i64, opcode u8, question hash i64,
 *                                                   id 32 bytes of ASCII, node UTF-8
 * NODE     node UTF-8                               run i64, watermark i64, from version 2 on followed
 *                                                   by the {@link SamplingRates}
 * GONE     number of a block i64                    bits i64: which of its entries are gone, lowest first
 * BLOCK    number i64                               up to 64 entries of the first three kinds, each as length
 *                                                   u16 and key, length i32 and value
 * </pre>
 *
 * <p>What is held is written in blocks; entries of their own are what earlier versions wrote. The
 * number of a block is new each time: a block never takes the key of one that is gone.
 */
final class StateCodec {
    static final byte VERSION = 1;
    private static final byte NODE_VERSION = 2;
    static final int ID_BYTES = 32;

    /** Of a key of what is held, before the transaction key. */
    static final int KEY_PREFIX_BYTES = 9;

    /** Kinds of entries. */
    enum Kind {
        QUERY(1),
        EARLY(2),
        EXPIRED(3),
        NODE(4),
        /** Stands before the blocks, so that it is restored before them. */
        GONE(5),
        BLOCK(6);

        private final byte prefix;

        Kind(int prefix) {
            this.prefix = (byte) prefix;
        }

        static Kind of(byte[] stateKey) {
            for (Kind kind : values()) {
                if (stateKey.length > 1 && stateKey[0] == kind.prefix) {
                    return kind;
                }
            }
            throw new IllegalArgumentException(
                    "not a state key of the matcher: " + Arrays.toString(stateKey));
        }
    }

    /** What restoring needs beside the entry. */
    record Restoring(MatchSettings settings, NodeClocks clocks, PacketReader reader) {}

    private StateCodec() {}

    /** The key of a block, or of what is gone of it. */
    static byte[] key(Kind kind, long number) {
        return ByteBuffer.allocate(KEY_PREFIX_BYTES).put(kind.prefix).putLong(number).array();
    }

    /** Length of an entry within a block. */
    static int entryLength(Held<?> held) {
        return 2 + KEY_PREFIX_BYTES + held.keyLength() + 4 + held.valueLength();
    }

    /**
     * Writes an entry within a block, and has it know where it stands.
     *
     * @param out over the whole of {@code block}
     */
    static void putEntry(Held<?> held, ByteBuffer out, byte[] block) {
        out.putShort((short) (KEY_PREFIX_BYTES + held.keyLength()));
        out.put(held.kind().prefix).putLong(held.order);
        int keyAt = out.position();
        held.putKey(out);
        out.putInt(held.valueLength());
        held.writeTo(out);
        held.writtenTo(block, keyAt, out.position());
    }

    static byte[] nodeKey(String node) {
        byte[] name = node.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + name.length).put(Kind.NODE.prefix).put(name).array();
    }

    static byte[] encode(NodeClock clock) {
        ByteBuffer value = ByteBuffer.allocate(17 + clock.rates.bytes());
        value.put(NODE_VERSION).putLong(clock.run()).putLong(clock.watermarkUs());
        clock.rates.write(value);
        return value.array();
    }

    static PendingQuery query(byte[] key, byte[] value, Restoring with) {
        ByteBuffer in = open(value);
        int ordinal = Short.toUnsignedInt(in.getShort());
        int retransmissions = in.getInt();
        long queryBytes = in.getLong();
        int responses = in.getInt();
        Transfer transfer = null;
        if (responses > 0) {
            long responseBytes = in.getLong();
            long lastResponseUs = in.getLong();
            byte[] first = bytes(in, in.getInt());
            transfer = new Transfer(with.reader().read(first), first);
            transfer.responses = responses;
            transfer.responseBytes = responseBytes;
            transfer.lastUs = lastResponseUs;
        }
        byte[] stored = bytes(in, in.remaining());
        DnsPacket packet = with.reader().read(stored);
        long lastUs = packet.getTimestampUs();
        if (transfer != null) {
            lastUs = Math.max(lastUs, transfer.lastUs);
        }
        PendingQuery query =
                new PendingQuery(
                        arrival(key, packet, with),
                        order(key),
                        ordinal,
                        Micros.plus(lastUs, with.settings().timeoutUs()),
                        packet,
                        stored);
        query.retransmissions = retransmissions;
        query.queryBytes = queryBytes;
        query.transfer = transfer;
        return query;
    }

    static EarlyResponse early(byte[] key, byte[] value, Restoring with) {
        ByteBuffer in = open(value);
        int ordinal = Short.toUnsignedInt(in.getShort());
        boolean mismatched = in.get() != 0;
        byte[] stored = bytes(in, in.remaining());
        DnsPacket packet = with.reader().read(stored);
        return new EarlyResponse(
                arrival(key, packet, with),
                order(key),
                ordinal,
                Micros.plus(packet.getTimestampUs(), with.settings().skewUs()),
                packet,
                stored,
                mismatched);
    }

    static ExpiredQuery expired(byte[] key, byte[] value, Restoring with) {
        ByteBuffer in = open(value);
        int ordinal = Short.toUnsignedInt(in.getShort());
        long timeUs = in.getLong();
        int opcode = in.get();
        long question = in.getLong();
        String id = new String(bytes(in, ID_BYTES), StandardCharsets.US_ASCII);
        String node = new String(bytes(in, in.remaining()), StandardCharsets.UTF_8);
        byte[] transactionKey = transactionKey(key);
        Arrival arrival =
                new Arrival(
                        transactionKey,
                        Hashes.key(transactionKey),
                        with.clocks().of(node),
                        timeUs,
                        opcode,
                        question);
        long deadlineUs = Micros.plus(timeUs, 2 * with.settings().timeoutUs());
        return new ExpiredQuery(arrival, order(key), ordinal, deadlineUs, id);
    }

    static void node(byte[] key, byte[] value, NodeClocks clocks) {
        boolean hasRates = value.length > 0 && value[0] == NODE_VERSION;
        ByteBuffer in = hasRates ? ByteBuffer.wrap(value).position(1) : open(value);
        NodeClock clock = clocks.of(new String(key, 1, key.length - 1, StandardCharsets.UTF_8));
        clock.advance(in.getLong(), in.getLong());
        if (hasRates) {
            clock.rates.read(in);
        }
        clock.logged = true;
        clock.changed = false;
    }

    static long order(byte[] stateKey) {
        return ByteBuffer.wrap(stateKey).position(1).getLong();
    }

    private static byte[] transactionKey(byte[] stateKey) {
        return Arrays.copyOfRange(stateKey, KEY_PREFIX_BYTES, stateKey.length);
    }

    private static Arrival arrival(byte[] stateKey, DnsPacket packet, Restoring with) {
        return Arrival.of(transactionKey(stateKey), packet, with.clocks().of(packet.getNode()));
    }

    /** A value behind its version byte. */
    static ByteBuffer open(byte[] value) {
        ByteBuffer buffer = ByteBuffer.wrap(value);
        if (value.length == 0 || buffer.get() != VERSION) {
            throw new IllegalArgumentException(
                    "a value of the matcher's state is not of version " + VERSION);
        }
        return buffer;
    }

    static byte[] bytes(ByteBuffer value, int length) {
        if (length < 0 || length > value.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        value.get(bytes);
        return bytes;
    }
}
