package io.stream53.agent.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Blocks of a pcapng file (draft-ietf-opsawg-pcapng): sections of either byte order, interfaces
 * with link types and clocks of their own, Enhanced, Simple and the obsolete Packet Blocks, and
 * what Interface Statistics Blocks tell of drops. Other blocks, and options it does not know, are
 * stepped over.
 *
 * <p>A Simple Packet Block has no time: it gets that of the last packet before it that had one, or
 * 1970 when there was none.
 */
final class PcapngReader implements RecordReader {
    private static final int SECTION_HEADER = 0x0a0d0d0a;
    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int PACKET = 2;
    private static final int SIMPLE_PACKET = 3;
    private static final int INTERFACE_STATISTICS = 5;
    private static final int ENHANCED_PACKET = 6;

    private static final int BYTE_ORDER = 0x1a2b3c4d;

    private static final int EPB_DROPCOUNT = 4;
    private static final int ISB_IFDROP = 5;
    private static final int ISB_OSDROP = 7;

    /** In the obsolete block: it is not known how many packets were dropped. */
    private static final int UNKNOWN_DROPS = 0xffff;

    /** Type and length before the body, the length again behind it. */
    private static final int FRAME_BYTES = 12;

    private static final int BODY = 8;

    /** More are no capture, but an attack on the memory. */
    private static final int MAX_INTERFACES = 1 << 16;

    private final CaptureInput input;
    private final List<PcapngInterface> interfaces = new ArrayList<>();
    private final PcapngBlock block;
    private long blocks;
    private long frames;
    private long lastUs;
    private volatile long dropped;

    /** Reads the first section's header. */
    PcapngReader(CaptureInput input) throws IOException {
        this.input = input;
        this.block = new PcapngBlock(input.buffer());
        if (!next((buffer, offset, captured, wire, timestampUs, linkType) -> {})) {
            throw new PcapFormatException(
                    input.name() + " ends within the header of a pcapng file; capture it again.");
        }
    }

    static boolean recognises(CaptureInput input) throws IOException {
        if (input.peek(4) < 4) {
            return false;
        }
        PcapngBlock first = new PcapngBlock(input.buffer());
        first.at(input.position(), 4);
        return first.u32(0) == SECTION_HEADER;
    }

    @Override
    public boolean next(FrameHandler handler) throws IOException {
        if (!input.available(FRAME_BYTES)) {
            return false;
        }
        block.at(input.position(), FRAME_BYTES);
        if ((int) block.u32(0) == SECTION_HEADER) {
            byteOrder();
        }
        int type = (int) block.u32(0);
        long length = block.u32(4);
        if (length < FRAME_BYTES + leastBody(type) || length % 4 != 0) {
            throw damaged("claims to have %d bytes".formatted(length));
        }
        return isKnown(type) ? known(type, length, handler) : unknown(length);
    }

    /** Sections may differ in it: the body of their header begins with a number that tells. */
    private void byteOrder() throws PcapFormatException {
        block.bigEndian(true);
        if ((int) block.u32(BODY) != BYTE_ORDER) {
            block.bigEndian(false);
            if ((int) block.u32(BODY) != BYTE_ORDER) {
                throw damaged("has no byte order");
            }
        }
    }

    private static boolean isKnown(int type) {
        return leastBody(type) > 0;
    }

    /** Bytes of a block that is not stepped over, without what may be left out. */
    private static int leastBody(int type) {
        return switch (type) {
            case SECTION_HEADER -> 16;
            case INTERFACE_DESCRIPTION -> 8;
            case PACKET, ENHANCED_PACKET -> 20;
            case SIMPLE_PACKET -> 4;
            case INTERFACE_STATISTICS -> 12;
            default -> 0;
        };
    }

    private boolean known(int type, long length, FrameHandler handler) throws IOException {
        if (length > CaptureInput.BUFFER_BYTES) {
            throw damaged("claims to have %d bytes".formatted(length));
        }
        int bytes = (int) length;
        if (!input.available(bytes)) {
            return false;
        }
        // The bytes may have been moved.
        block.at(input.position(), bytes - 4);
        checkTrailer(length, block.trailer());
        input.advance(bytes);
        switch (type) {
            case SECTION_HEADER -> section();
            case INTERFACE_DESCRIPTION -> describeInterface();
            case INTERFACE_STATISTICS -> statistics();
            case SIMPLE_PACKET -> simplePacket(handler);
            case PACKET -> obsoletePacket(handler);
            default -> enhancedPacket(handler);
        }
        blocks++;
        return true;
    }

    private boolean unknown(long length) throws IOException {
        if (!input.skip(length - 4) || !input.availableToo(4)) {
            return false;
        }
        block.at(input.position(), 0);
        checkTrailer(length, block.trailer());
        input.advance(4);
        blocks++;
        return true;
    }

    private void checkTrailer(long length, long trailer) throws PcapFormatException {
        if (trailer != length) {
            throw damaged("has %d bytes by its start and %d by its end".formatted(length, trailer));
        }
    }

    private void section() throws PcapFormatException {
        int major = block.u16(BODY + 4);
        if (major != 1) {
            throw new PcapFormatException(
                    "%s has a section of pcapng's version %d, of which nothing is known here; the %d frames before it were read."
                            .formatted(input.name(), major, frames));
        }
        interfaces.clear();
    }

    private void describeInterface() throws PcapFormatException {
        if (interfaces.size() == MAX_INTERFACES) {
            throw damaged("is one interface more than %d".formatted(MAX_INTERFACES));
        }
        interfaces.add(block.describedInterface());
    }

    private void statistics() throws PcapFormatException {
        PcapngInterface of = interfaceOf(block.u32(BODY));
        long byInterface = block.optionU64(BODY + 12, ISB_IFDROP);
        long bySystem = block.optionU64(BODY + 12, ISB_OSDROP);
        if (byInterface >= 0 || bySystem >= 0) {
            long before = of.dropped();
            of.droppedInAll(Math.max(0, byInterface) + Math.max(0, bySystem));
            countDrops(of.dropped() - before);
        }
    }

    private void enhancedPacket(FrameHandler handler) throws PcapFormatException {
        PcapngInterface of = interfaceOf(block.u32(BODY));
        int captured = packet(handler, of);
        if (block.hasOptions(BODY + 20 + captured)) {
            droppedBefore(of, block.optionU64(BODY + 20 + captured, EPB_DROPCOUNT));
        }
    }

    private void obsoletePacket(FrameHandler handler) throws PcapFormatException {
        PcapngInterface of = interfaceOf(block.u16(BODY));
        int drops = block.u16(BODY + 2);
        if (drops != 0 && drops != UNKNOWN_DROPS) {
            droppedBefore(of, drops);
        }
        packet(handler, of);
    }

    /** What the two kinds of packets with a time have in common; returns the captured length. */
    private int packet(FrameHandler handler, PcapngInterface of) throws PcapFormatException {
        long captured = block.u32(BODY + 12);
        long wire = block.u32(BODY + 16);
        checkLengths(captured, wire, 20);
        lastUs = of.microseconds(block.u32(BODY + 4) << 32 | block.u32(BODY + 8));
        hand(handler, BODY + 20, (int) captured, (int) wire, of);
        return (int) captured;
    }

    private void simplePacket(FrameHandler handler) throws PcapFormatException {
        PcapngInterface of = interfaceOf(0);
        long wire = block.u32(BODY);
        long captured = of.captured(wire);
        checkLengths(captured, wire, 4);
        hand(handler, BODY + 4, (int) captured, (int) wire, of);
    }

    private void checkLengths(long captured, long wire, int before) throws PcapFormatException {
        if (captured > block.length() - BODY - before
                || captured > PcapReader.MAX_FRAME_BYTES
                || wire > Integer.MAX_VALUE) {
            throw damaged("claims %d captured bytes of %d".formatted(captured, wire));
        }
    }

    private void hand(FrameHandler handler, int at, int captured, int wire, PcapngInterface of) {
        frames++;
        handler.frame(
                input.buffer(),
                block.start() + at,
                captured,
                Math.max(captured, wire),
                lastUs,
                of.linkType());
    }

    private PcapngInterface interfaceOf(long number) throws PcapFormatException {
        if (number >= interfaces.size()) {
            throw damaged("is of interface %d, of which nothing was said".formatted(number));
        }
        return interfaces.get((int) number);
    }

    private void droppedBefore(PcapngInterface of, long count) {
        long before = of.dropped();
        of.droppedBefore(count);
        countDrops(of.dropped() - before);
    }

    /** Takes over how a count changed, which falls when statistics correct the packets. */
    private void countDrops(long change) {
        dropped = Math.clamp(dropped + change, 0, PcapngInterface.MAX_DROPS);
    }

    private PcapFormatException damaged(String how) {
        return new PcapFormatException(
                "%s is damaged: block %d %s; the %d frames before it were read."
                        .formatted(input.name(), blocks + 1, how, frames));
    }

    @Override
    public long frames() {
        return frames;
    }

    @Override
    public long kernelDropped() {
        return dropped;
    }
}
