package io.stream53.agent.source;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * Groups of packet sockets that share an interface's packets: PACKET_FANOUT of packet(7), for the
 * sockets that libpcap has opened. The kernel's hash puts both directions of a flow to one socket;
 * IPv4 fragments are put together before it is taken.
 */
@SuppressWarnings("restricted")
final class Fanout {
    private static final int SOL_PACKET = 263;
    private static final int PACKET_FANOUT = 18;
    private static final int PACKET_FANOUT_HASH = 0;

    /** The kernel chooses a number that no other group has (Linux 4.12). */
    private static final int FLAG_UNIQUE_ID = 0x2000;

    private static final int FLAG_DEFRAGMENT = 0x8000;

    /** Where errno is. */
    private static final StructLayout STATE = Linker.Option.captureStateLayout();

    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SET = bind("setsockopt", JAVA_INT);
    private static final MethodHandle GET = bind("getsockopt", ADDRESS);

    private Fanout() {}

    /** Both take socket, level, option, value and length; get takes the length's address. */
    private static MethodHandle bind(String name, MemoryLayout length) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, length),
                Linker.Option.captureCallState("errno"));
    }

    /** Makes a group of one; returns its number. */
    static int first(long pcap, String device) throws IOException {
        set(pcap, (PACKET_FANOUT_HASH | FLAG_DEFRAGMENT | FLAG_UNIQUE_ID) << 16, device);
        return get(pcap, device) & 0xffff;
    }

    /** Joins a group. */
    static void join(long pcap, int group, String device) throws IOException {
        set(pcap, group | (PACKET_FANOUT_HASH | FLAG_DEFRAGMENT) << 16, device);
    }

    private static void set(long pcap, int value, String device) throws IOException {
        int socket = Libpcap.fileno(pcap);
        int result;
        int errno;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment argument = arena.allocateFrom(JAVA_INT, value);
            result =
                    (int)
                            SET.invokeExact(
                                    state,
                                    socket,
                                    SOL_PACKET,
                                    PACKET_FANOUT,
                                    argument,
                                    (int) JAVA_INT.byteSize());
            errno = (int) ERRNO.get(state, 0L);
        } catch (Throwable e) {
            throw new IllegalStateException("setsockopt could not be called: " + e, e);
        }
        check(result, errno, device);
    }

    private static int get(long pcap, String device) throws IOException {
        int socket = Libpcap.fileno(pcap);
        int result;
        int errno;
        int value;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment answer = arena.allocate(JAVA_INT);
            MemorySegment length = arena.allocateFrom(JAVA_INT, (int) JAVA_INT.byteSize());
            result =
                    (int) GET.invokeExact(state, socket, SOL_PACKET, PACKET_FANOUT, answer, length);
            errno = (int) ERRNO.get(state, 0L);
            value = answer.get(JAVA_INT, 0);
        } catch (Throwable e) {
            throw new IllegalStateException("getsockopt could not be called: " + e, e);
        }
        check(result, errno, device);
        return value;
    }

    private static void check(int result, int errno, String device) throws IOException {
        if (result != 0) {
            throw new IOException(
                    ("the kernel does not share the packets of %s among threads (PACKET_FANOUT,"
                                    + " error %d): use capture.threads=1")
                            .formatted(device, errno));
        }
    }
}
