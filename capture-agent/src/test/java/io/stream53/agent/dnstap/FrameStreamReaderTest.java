package io.stream53.agent.dnstap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stream53.agent.dnstap.FrameStreamException.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameStreamReaderTest {
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final FrameStreamWriter server = new FrameStreamWriter(sent);
    private final ByteArrayOutputStream answers = new ByteArrayOutputStream();
    private FrameMemory memory = new FrameMemory(1 << 20);

    private static byte[] frame(int length, int fill) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) fill);
        return bytes;
    }

    private static List<byte[]> frames(FrameStreamReader reader) throws IOException {
        List<byte[]> frames = new ArrayList<>();
        reader.open();
        while (reader.next()) {
            int from = reader.offset();
            frames.add(Arrays.copyOfRange(reader.buffer(), from, from + reader.length()));
        }
        return frames;
    }

    private FrameStreamReader onSocket() {
        return new FrameStreamReader(new ByteArrayInputStream(sent.toByteArray()), answers, memory);
    }

    private FrameStreamReader onFile() {
        return new FrameStreamReader(new ByteArrayInputStream(sent.toByteArray()), null, memory);
    }

    private void isRefused(String predicate) {
        assertThatThrownBy(() -> frames(onSocket()))
                .isInstanceOfSatisfying(
                        FrameStreamException.class,
                        e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                .hasMessageContaining(predicate);
    }

    private void breaks(Kind kind, String predicate) {
        assertThatThrownBy(() -> frames(onSocket()))
                .isInstanceOfSatisfying(
                        FrameStreamException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(predicate);
    }

    @Test
    void answersReadyWithAcceptAndStopWithFinish() throws IOException {
        server.control(ControlFrame.Type.READY, "text:other", ControlFrame.DNSTAP);
        server.control(ControlFrame.Type.START, ControlFrame.DNSTAP);
        server.data(frame(3, 1))
                .data(frame(70_000, 2))
                .data(frame(1, 3))
                .control(ControlFrame.Type.STOP);
        assertThat(frames(onSocket())).containsExactly(frame(3, 1), frame(70_000, 2), frame(1, 3));
        ByteArrayInputStream in = new ByteArrayInputStream(answers.toByteArray());
        FrameStreamWriter.expect(in, ControlFrame.Type.ACCEPT, ControlFrame.DNSTAP);
        FrameStreamWriter.expect(in, ControlFrame.Type.FINISH);
        assertThat(in.available()).isZero();
    }

    @Test
    void aWriterThatOnlyWritesGetsNoAnswers() throws IOException {
        server.control(ControlFrame.Type.START, ControlFrame.DNSTAP)
                .data(frame(5, 1))
                .control(ControlFrame.Type.STOP);
        assertThat(frames(onSocket())).containsExactly(frame(5, 1));
        assertThat(frames(onFile())).containsExactly(frame(5, 1));
        assertThat(answers.size()).isZero();
    }

    @Test
    void aWriterNeedNotNameTheContentNorStop() throws IOException {
        server.control(ControlFrame.Type.START).data(frame(5, 1));
        assertThat(frames(onSocket())).containsExactly(frame(5, 1));
    }

    @Test
    void otherContentIsRefusedWithItsNameMadePrintable() throws IOException {
        server.control(ControlFrame.Type.READY, "protobuf:other\n");
        isRefused("carries \"protobuf:other?\" and not protobuf:dnstap.Dnstap");
    }

    @Test
    void otherContentIsRefusedAtStartToo() throws IOException {
        server.control(ControlFrame.Type.READY).control(ControlFrame.Type.START, "text:other");
        isRefused("carries \"text:other\"");
    }

    @Test
    void whatIsNoFrameStreamIsRefused() throws IOException {
        isRefused("does not begin as Frame Streams do");
        sent.writeBytes("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        isRefused("does not begin as Frame Streams do");
    }

    @Test
    void malformedControlFramesAreRefused() throws IOException {
        byte[][] malformed = {
            {0, 0, 0, 0},
            {0, 0, 0, 3, 0, 0, 0},
            {0, 0, 0, 4, 0, 0, 0, 9},
            {0, 0, 2, 1, 0, 0, 0, 2},
            {-1, -1, -1, -1, 0, 0, 0, 2},
            {0, 0, 0, 5, 0, 0, 0, 2, 0},
            {0, 0, 0, 12, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 0},
            {0, 0, 0, 12, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1},
            {0, 0, 0, 12, 0, 0, 0, 2, 0, 0, 0, 1, -1, -1, -1, -1},
            {0, 0, 0, 12, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0},
        };
        for (byte[] control : malformed) {
            sent.reset();
            server.number(0).raw(control);
            isRefused("control frame that cannot be read");
        }
    }

    @Test
    void onlyStartMayBegin() throws IOException {
        server.control(ControlFrame.Type.FINISH);
        isRefused("begins with FINISH instead of START");
        sent.reset();
        server.control(ControlFrame.Type.READY).control(ControlFrame.Type.READY);
        isRefused("begins with READY instead of START");
    }

    @Test
    void aFrameThatIsTooLongBreaksTheStream() throws IOException {
        server.control(ControlFrame.Type.START).data(frame(FrameStreamReader.MAX_FRAME_BYTES, 1));
        assertThat(frames(onSocket())).hasSize(1);
        server.number(0x40001);
        breaks(Kind.BROKEN, "sent a frame of 262145 bytes, where 262144 are allowed");
        sent.reset();
        server.control(ControlFrame.Type.START).number(-1);
        breaks(Kind.BROKEN, "sent a frame of 4294967295 bytes");
    }

    @Test
    void aControlFrameBetweenDataFramesOtherThanStopBreaksTheStream() throws IOException {
        server.control(ControlFrame.Type.START).control(ControlFrame.Type.START);
        breaks(Kind.BROKEN, "that is no STOP but START");
    }

    @Test
    void cutAtEveryByteItGivesTheWholeFramesAndSaysWhatIsLost() throws IOException {
        server.control(ControlFrame.Type.READY, ControlFrame.DNSTAP);
        server.control(ControlFrame.Type.START, ControlFrame.DNSTAP);
        int start = sent.size();
        server.data(frame(7, 1)).data(frame(9, 2));
        int stop = sent.size();
        server.control(ControlFrame.Type.STOP);
        byte[] all = sent.toByteArray();
        for (int length = 0; length < all.length; length++) {
            sent.reset();
            sent.write(all, 0, length);
            int at = length;
            boolean border = at == start || at == start + 11 || at == stop;
            if (at < start) {
                assertThatThrownBy(() -> frames(onSocket()))
                        .isInstanceOf(FrameStreamException.class);
            } else if (border) {
                assertThat(frames(onSocket())).hasSize(at == start ? 0 : at == stop ? 2 : 1);
            } else {
                breaks(at < stop + 4 ? Kind.CUT : Kind.BROKEN, "");
            }
        }
    }

    @Test
    void framesComeWholeHoweverTheBytesAreDealtOut() throws IOException {
        Random random = new Random(53);
        server.control(ControlFrame.Type.READY).control(ControlFrame.Type.START);
        List<byte[]> expected = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            byte[] frame = new byte[1 + random.nextInt(i % 20 == 0 ? 100_000 : 600)];
            random.nextBytes(frame);
            expected.add(frame);
            server.data(frame);
        }
        server.control(ControlFrame.Type.STOP);
        FilterInputStream slow =
                new FilterInputStream(new ByteArrayInputStream(sent.toByteArray())) {
                    @Override
                    public int read(byte[] buffer, int offset, int length) throws IOException {
                        return super.read(
                                buffer, offset, Math.min(length, 1 + random.nextInt(3000)));
                    }
                };
        assertThat(frames(new FrameStreamReader(slow, answers, memory)))
                .usingElementComparator(Arrays::compare)
                .isEqualTo(expected);
    }

    @Test
    void theBufferGrowsWithWhatHasComeOnly() throws IOException {
        server.control(ControlFrame.Type.START).number(0x3ffff).raw(frame(20_000, 1));
        FrameStreamReader reader = onSocket();
        assertThatThrownBy(() -> frames(reader)).isInstanceOf(FrameStreamException.class);
        assertThat(reader.buffer().length).isEqualTo(2 * FrameStreamReader.BUFFER_BYTES);
    }

    @Test
    void longFramesShareTheirMemory() throws IOException {
        memory = new FrameMemory(3 * FrameStreamReader.BUFFER_BYTES);
        server.control(ControlFrame.Type.START).data(frame(60_000, 1)).data(frame(60_000, 2));
        assertThat(frames(onSocket())).hasSize(2);
        sent.reset();
        server.control(ControlFrame.Type.START).data(frame(70_000, 3));
        FrameStreamReader reader = onSocket();
        assertThatThrownBy(() -> frames(reader))
                .hasMessage("sent a long frame while many others do");
        assertThat(memory.take(1)).isFalse();
        reader.release();
        assertThat(memory.take(3 * FrameStreamReader.BUFFER_BYTES)).isTrue();
    }

    @Test
    void mutatedStreamsEndOrAreRefusedAndNothingElse() throws IOException {
        server.control(ControlFrame.Type.READY, ControlFrame.DNSTAP)
                .control(ControlFrame.Type.START, ControlFrame.DNSTAP);
        server.data(frame(40, 1)).data(frame(90, 2)).control(ControlFrame.Type.STOP);
        byte[] good = sent.toByteArray();
        Random random = new Random(8484);
        for (int round = 0; round < 20_000; round++) {
            byte[] bad = good.clone();
            for (int i = 0; i <= random.nextInt(4); i++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            sent.reset();
            sent.writeBytes(bad);
            try {
                assertThat(frames(onSocket()).size()).isLessThan(60);
            } catch (FrameStreamException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }
}
