package io.stream53.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Good messages, and the same after random damage: no exception, no loop, nothing made up. */
class MutationTest {
    private static final String[] DATA = {
        "A 192.0.2.1",
        "AAAA 2001:db8::1",
        "NS ns1.example.net.",
        "CNAME a.very.long.chain.of.labels.example.com.",
        "MX 10 mail.example.com.",
        "SOA ns.example.com. hostmaster.example.com. 1 2 3 4 5",
        "TXT \"some text\" \"more\"",
        "SRV 1 2 3 srv.example.org.",
        "NSEC next.example.com. A NS SOA"
    };
    private static final int POINTER_MASK = 0xc0;

    private final DnsMessage message = new DnsMessage();
    private final RecordReader records = new RecordReader();
    private final EdnsOptions options = new EdnsOptions();

    private static Message good(Random random) throws IOException {
        Message message = new Message(random.nextInt(0x10000));
        if (random.nextBoolean()) {
            message.getHeader().setFlag(Flags.QR);
        }
        Name owner = Name.fromString("w%d.Example.com.".formatted(random.nextInt(100)));
        message.addRecord(Record.newRecord(owner, Type.A, DClass.IN), 0);
        for (int section = 1; section <= 3; section++) {
            for (int i = random.nextInt(4); i > 0; i--) {
                String[] data = DATA[random.nextInt(DATA.length)].split(" ", 2);
                Name name = random.nextBoolean() ? owner : Name.fromString("x.example.org.");
                message.addRecord(
                        Record.fromString(
                                name, Type.value(data[0]), DClass.IN, 60, data[1], Name.root),
                        section);
            }
        }
        if (random.nextBoolean()) {
            message.addRecord(new OPTRecord(1232, 1, 0, Flags.DO), 3);
        }
        return message;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void readsGoodMessagesAsDnsjavaDoes(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            Message theirs = good(random);
            byte[] bytes = theirs.toWire();

            assertThat(message.parse(bytes)).isTrue();
            assertThat(message.defect()).isEqualTo(Defect.NONE);
            assertThat(message.id()).isEqualTo(theirs.getHeader().getID());
            assertThat(message.questionMixedCase()).isTrue();
            assertThat(message.questionName() + ".")
                    .isEqualToIgnoringCase(theirs.getQuestion().getName().toString());
            assertThat(message.hasEdns()).isEqualTo(theirs.getOPT() != null);
            assertThat(message.rcode()).isEqualTo(theirs.getRcode());
            assertThat(ours()).isEqualTo(theirs(theirs));
        }
    }

    private List<String> ours() {
        List<String> read = new ArrayList<>();
        records.reset(message);
        while (records.next()) {
            read.add(records.section() + " " + records.name() + " " + records.type());
        }
        return read;
    }

    private static List<String> theirs(Message message) {
        List<String> read = new ArrayList<>();
        Section[] sections = {Section.ANSWER, Section.AUTHORITY, Section.ADDITIONAL};
        for (int i = 0; i < sections.length; i++) {
            for (Record record : message.getSection(i + 1)) {
                read.add(sections[i] + " " + text(record.getName()) + " " + record.getType());
            }
        }
        return read;
    }

    /** Our presentation of their name: they write some characters behind a backslash. */
    private static String text(Name name) {
        String theirs = name.canonicalize().toString();
        String escaped = theirs.replace("\\\\", "\\092").replace("\\.", "\\046");
        String text = escaped.replaceAll("\\\\([^0-9])", "$1");
        return text.equals(".") ? text : text.substring(0, text.length() - 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6})
    void readsWhateverDnsjavaReadsAfterDamage(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = damaged(good(random).toWire(), random);
            boolean hasHeader = message.parse(bytes);
            readAll();
            if (!hasHeader || pointsIntoHeader(bytes)) {
                continue;
            }
            Message theirs = readByDnsjava(bytes);
            if (theirs != null && message.defectSection() != Section.TRAILING) {
                assertThat(message.defect()).isEqualTo(Defect.NONE);
            }
            if (theirs != null) {
                assertThat(ours()).isEqualTo(theirs(theirs));
            }
        }
    }

    private static byte[] damaged(byte[] good, Random random) {
        byte[] bytes = good;
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes[at] = (byte) (POINTER_MASK | random.nextInt(2));
                default -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
            }
        }
        return bytes;
    }

    /** Everything that the processor does with a message's bytes. */
    private void readAll() {
        if (message.defect() != Defect.NONE && message.defectSection() == Section.HEADER) {
            return;
        }
        records.reset(message);
        while (records.next()) {
            assertThat(records.name()).isNotEmpty();
            assertThat(RdataText.unknown(records)).isNotEmpty();
            var _ = RdataText.of(records);
        }
        options.reset(message);
        while (options.next()) {
            assertThat(options.data()).hasSize(options.length());
        }
    }

    /** We refuse pointers into the header, dnsjava follows them. */
    private static boolean pointsIntoHeader(byte[] bytes) {
        for (int i = 12; i + 1 < bytes.length; i++) {
            if (bytes[i] == (byte) POINTER_MASK && bytes[i + 1] < 12 && bytes[i + 1] >= 0) {
                return true;
            }
        }
        return false;
    }

    /** Null when it reads nothing; with TC set it hides that records are missing. */
    private static @Nullable Message readByDnsjava(byte[] bytes) {
        try {
            Message message = new Message(bytes);
            return message.getHeader().getFlag(Flags.TC) ? null : message;
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    @Test
    void callsEveryBeginningOfAGoodMessageCut() throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            byte[] bytes = good(random).toWire();
            Section reached = Section.HEADER;
            for (int length = 0; length < bytes.length; length++) {
                byte[] beginning = Arrays.copyOf(bytes, length);
                assertThat(message.parse(beginning, 0, length, bytes.length))
                        .isEqualTo(length >= 12);
                assertThat(message.defect()).isEqualTo(Defect.CUT);
                assertThat(message.defectSection()).isGreaterThanOrEqualTo(reached);
                reached = message.defectSection();
                readAll();
            }
        }
    }
}
