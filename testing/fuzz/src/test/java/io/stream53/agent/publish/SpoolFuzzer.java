package io.stream53.agent.publish;

import io.stream53.fuzz.Broken;
import io.stream53.fuzz.Parts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * A spool's folder that something has damaged: a byte of switches, and as {@link Parts} the file of
 * acknowledgements, changes to the state of a run, and up to {@value #MAX_SEGMENTS} segments. A
 * change is an offset in two bytes, a length in one, and bytes. Switches make checksums of segments
 * right, since no chance would.
 */
public final class SpoolFuzzer {
    static final int RIGHT_HEADERS = 1;
    static final int RIGHT_RECORDS = 2;
    static final int ANY_LENGTH = 4;
    static final int RUN_STATE = 8;
    static final int PARTITIONS = 3;
    static final long RUN = 0x1234;

    private static final int MAX_SEGMENTS = 4;
    private static final long MAX_BYTES = 2 << 20;
    private static final int SCHEMA_ID = 7;
    private static final long MAGIC = 0x3153_4c4f_4f50_5333L;
    private static final Path FOLDER = folder();
    private static final byte[] STATE = state();

    private SpoolFuzzer() {}

    /** Opens the spool, and reads and acknowledges what it recovers. */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length == 0) {
            return;
        }
        try {
            empty();
            List<byte[]> segments = write(data);
            try (Spool spool =
                    Spool.open(SpoolFolder.open(FOLDER), PARTITIONS, SCHEMA_ID, MAX_BYTES, false)) {
                read(spool.log(), segments);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<byte[]> write(byte[] data) throws IOException {
        Parts parts = new Parts(data, 1);
        byte[] acknowledged = next(parts);
        if (acknowledged.length > 0) {
            Files.write(FOLDER.resolve("acknowledged"), acknowledged);
        }
        byte[] changes = next(parts);
        if ((data[0] & RUN_STATE) != 0) {
            Files.write(RunState.file(FOLDER, RUN), changed(STATE, changes));
        }
        List<byte[]> segments = new ArrayList<>();
        while (parts.hasNext() && segments.size() < MAX_SEGMENTS) {
            byte[] segment = segment(parts.next(), data[0]);
            Files.write(FOLDER.resolve("segment-%06d.log".formatted(segments.size())), segment);
            segments.add(segment);
        }
        return segments;
    }

    private static byte[] next(Parts parts) {
        return parts.hasNext() ? parts.next() : new byte[0];
    }

    private static byte[] changed(byte[] state, byte[] changes) {
        byte[] changed = state.clone();
        for (int at = 0; at + 3 <= changes.length; ) {
            int offset = (changes[at] & 0xff) << 8 | changes[at + 1] & 0xff;
            int length = Math.min(changes[at + 2] & 0xff, changes.length - at - 3);
            int fits = Math.min(length, changed.length - offset);
            if (fits > 0) {
                System.arraycopy(changes, at + 3, changed, offset, fits);
            }
            at += 3 + length;
        }
        return changed;
    }

    private static byte[] segment(byte[] bytes, int switches) {
        if ((switches & ANY_LENGTH) != 0) {
            return bytes;
        }
        byte[] segment =
                Arrays.copyOf(
                        bytes,
                        Math.max(2 * LogSegment.HEADER_BYTES, LogSegment.aligned(bytes.length)));
        ByteBuffer to = ByteBuffer.wrap(segment).order(ByteOrder.nativeOrder());
        if ((switches & RIGHT_HEADERS) != 0) {
            to.putLong(0, MAGIC).putLong(8, to.getLong(8) & 0xff | 1);
            to.putInt(20, check(segment, 20));
        }
        if ((switches & RIGHT_RECORDS) != 0) {
            rightRecords(segment);
        }
        return segment;
    }

    private static void rightRecords(byte[] segment) {
        ByteBuffer to = ByteBuffer.wrap(segment).order(ByteOrder.nativeOrder());
        int at = LogSegment.HEADER_BYTES;
        while (isRecord(to, at)) {
            to.putInt(at + 4, recordCheck(segment, at));
            at += LogSegment.aligned(to.getInt(at));
        }
    }

    /** Whether a record fits where it claims to be. */
    private static boolean isRecord(ByteBuffer segment, int at) {
        int room = segment.capacity() - Long.BYTES - at;
        int length = room < LogSegment.RECORD_BYTES ? 0 : segment.getInt(at);
        return length >= LogSegment.RECORD_BYTES && length <= room;
    }

    private static int recordCheck(byte[] segment, int at) {
        ByteBuffer from = ByteBuffer.wrap(segment).order(ByteOrder.nativeOrder());
        byte[] record = Arrays.copyOfRange(segment, at, at + from.getInt(at));
        long position = from.getLong(8) << 32 | at;
        ByteBuffer.wrap(record).order(ByteOrder.nativeOrder()).putLong(0, position);
        return check(record, record.length);
    }

    private static int check(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    private static void read(RecordLog log, List<byte[]> segments) {
        int most = PARTITIONS;
        for (byte[] segment : segments) {
            most += segment.length / LogSegment.RECORD_BYTES;
        }
        long waiting = log.waiting();
        Broken.unless(waiting >= 0 && waiting <= most, waiting + " records wait");
        LogCursor cursor = log.cursor();
        int records = 0;
        while (cursor.read()) {
            records++;
            Broken.unless(records <= most, "more records than there is room for");
            Broken.unless(
                    cursor.partition() >= 0 && cursor.partition() < PARTITIONS,
                    "partition " + cursor.partition());
            Broken.unless(cursor.value().length >= DnsPacketEncoder.HEADER_BYTES, "no value");
            cursor.key();
            if (cursor.segment().recovered) {
                isWhole(cursor, segments);
            }
            LogSegment of = cursor.segment();
            cursor.advance();
            log.done(of);
        }
        Broken.unless(records >= waiting, "records that wait and cannot be read");
        Broken.unless(log.isDone(), "records that are not done");
    }

    /** A recovered record is one that was written, with its checksum. */
    private static void isWhole(LogCursor cursor, List<byte[]> segments) {
        Path file = cursor.segment().file;
        Broken.unless(file != null, "a recovered segment is a file");
        String name = String.valueOf(file == null ? null : file.getFileName());
        byte[] segment = segments.get(Integer.parseInt(name.substring(8, 14)));
        ByteBuffer bytes = ByteBuffer.wrap(segment).order(ByteOrder.nativeOrder());
        int at = (int) cursor.position();
        Broken.unless(isRecord(bytes, at), "a record that is not whole");
        Broken.unless(
                bytes.getInt(at + 4) == recordCheck(segment, at), "a record with a wrong checksum");
    }

    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory("spool");
            folder.toFile().deleteOnExit();
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The state of a run as a killed process leaves it. */
    private static byte[] state() {
        EncoderSettings settings =
                new EncoderSettings("ns1", "ams", RUN, SCHEMA_ID, MessageCarry.ALL, Set.of());
        try (RunState state = RunState.create(FOLDER, settings, PARTITIONS)) {
            state.taken(0, true);
            state.taken(1, true);
            state.totals(new RunTotals(9, 2, Map.of("shortHeader", 6L), 4));
            state.taken(0, false);
            state.totals(new RunTotals(10, 2, Map.of("shortHeader", 7L), 4));
            return Files.readAllBytes(RunState.file(FOLDER, RUN));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void empty() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }
}
