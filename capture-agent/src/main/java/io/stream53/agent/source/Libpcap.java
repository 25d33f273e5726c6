package io.stream53.agent.source;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;

/**
 * The functions of libpcap (pcap(3PCAP)) that a live capture needs, through java.lang.foreign.
 * Handles are plain addresses: the loop then allocates nothing for a packet.
 */
@SuppressWarnings("restricted")
final class Libpcap {
    /** Results of pcap_next_ex(3PCAP). */
    static final int NEXT_PACKET = 1;

    static final int NEXT_BREAK = -2;

    /** Errors of pcap_activate(3PCAP). */
    static final int NO_SUCH_DEVICE = -5;

    static final int PERM_DENIED = -8;
    static final int IFACE_NOT_UP = -9;
    static final int PROMISC_PERM_DENIED = -11;

    /** struct pcap_pkthdr: struct timeval (two longs), caplen u32, len u32. */
    static final int HEADER_SECONDS = 0;

    static final int HEADER_MICROS = 8;
    static final int HEADER_CAPTURED = 16;
    static final int HEADER_LENGTH = 20;

    /** struct pcap_stat: ps_recv, ps_drop, ps_ifdrop, each u32. */
    static final int STAT_BYTES = 12;

    static final int STAT_DROP = 4;

    /** All memory, to read what libpcap points to. */
    static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    /** Debian's name of the library, then everyone else's. */
    private static final List<String> NAMES = List.of("libpcap.so.0.8", "libpcap.so.1");

    private static final int ERROR_BUFFER_BYTES = 256;
    private static final int NETMASK_UNKNOWN = 0xffffffff;
    private static final MemoryLayout BPF_PROGRAM =
            MemoryLayout.structLayout(JAVA_INT, MemoryLayout.paddingLayout(4), ADDRESS);

    private static final Optional<SymbolLookup> LIBRARY = load();

    private Libpcap() {}

    /** Bound only when the library is there. */
    private static final class Bound {
        static final MethodHandle CREATE = bind("pcap_create", JAVA_LONG, ADDRESS, ADDRESS);
        static final MethodHandle SET_SNAPLEN =
                bind("pcap_set_snaplen", JAVA_INT, JAVA_LONG, JAVA_INT);
        static final MethodHandle SET_PROMISC =
                bind("pcap_set_promisc", JAVA_INT, JAVA_LONG, JAVA_INT);
        static final MethodHandle SET_TIMEOUT =
                bind("pcap_set_timeout", JAVA_INT, JAVA_LONG, JAVA_INT);
        static final MethodHandle SET_BUFFER =
                bind("pcap_set_buffer_size", JAVA_INT, JAVA_LONG, JAVA_INT);
        static final MethodHandle ACTIVATE = bind("pcap_activate", JAVA_INT, JAVA_LONG);
        static final MethodHandle DATALINK = bind("pcap_datalink", JAVA_INT, JAVA_LONG);
        static final MethodHandle COMPILE =
                bind("pcap_compile", JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT);
        static final MethodHandle SET_FILTER = bind("pcap_setfilter", JAVA_INT, JAVA_LONG, ADDRESS);
        static final MethodHandle FREE_CODE = bindVoid("pcap_freecode", ADDRESS);
        static final MethodHandle NEXT_EX =
                bind("pcap_next_ex", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        static final MethodHandle BREAK_LOOP = bindVoid("pcap_breakloop", JAVA_LONG);
        static final MethodHandle FILENO = bind("pcap_fileno", JAVA_INT, JAVA_LONG);
        static final MethodHandle STATS = bind("pcap_stats", JAVA_INT, JAVA_LONG, ADDRESS);
        static final MethodHandle GET_ERROR = bind("pcap_geterr", JAVA_LONG, JAVA_LONG);
        static final MethodHandle CLOSE = bindVoid("pcap_close", JAVA_LONG);

        private static MethodHandle bind(
                String name, MemoryLayout result, MemoryLayout... arguments) {
            return bind(name, FunctionDescriptor.of(result, arguments));
        }

        private static MethodHandle bindVoid(String name, MemoryLayout... arguments) {
            return bind(name, FunctionDescriptor.ofVoid(arguments));
        }

        private static MethodHandle bind(String name, FunctionDescriptor descriptor) {
            return Linker.nativeLinker()
                    .downcallHandle(LIBRARY.orElseThrow().findOrThrow(name), descriptor);
        }
    }

    private static Optional<SymbolLookup> load() {
        return NAMES.stream().map(Libpcap::load).flatMap(Optional::stream).findFirst();
    }

    private static Optional<SymbolLookup> load(String name) {
        try {
            return Optional.of(SymbolLookup.libraryLookup(name, Arena.global()));
        } catch (IllegalArgumentException notHere) {
            return Optional.empty();
        }
    }

    static boolean available() {
        return LIBRARY.isPresent();
    }

    /** pcap_create(3PCAP): a handle that is not yet active. */
    static long create(String device) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = arena.allocate(ERROR_BUFFER_BYTES);
            long pcap = (long) Bound.CREATE.invokeExact(arena.allocateFrom(device), error);
            if (pcap == 0) {
                throw new IOException(
                        "libpcap cannot open %s: %s".formatted(device, error.getString(0)));
            }
            return pcap;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Sets what has to be set before {@link #activate}. */
    static void configure(
            long pcap, int snaplen, boolean promiscuous, int timeoutMs, int bufferBytes) {
        try {
            int ignored = (int) Bound.SET_SNAPLEN.invokeExact(pcap, snaplen);
            ignored = (int) Bound.SET_PROMISC.invokeExact(pcap, promiscuous ? 1 : 0);
            ignored = (int) Bound.SET_TIMEOUT.invokeExact(pcap, timeoutMs);
            ignored = (int) Bound.SET_BUFFER.invokeExact(pcap, bufferBytes);
        } catch (Throwable e) {
            throw fault(e);
        }
    }

    /** pcap_activate(3PCAP): 0, a warning above it or an error below it. */
    static int activate(long pcap) {
        try {
            return (int) Bound.ACTIVATE.invokeExact(pcap);
        } catch (Throwable e) {
            throw fault(e);
        }
    }

    /** pcap_datalink(3PCAP). */
    static int datalink(long pcap) {
        try {
            return (int) Bound.DATALINK.invokeExact(pcap);
        } catch (Throwable e) {
            throw fault(e);
        }
    }

    /** Compiles and sets a filter. */
    static void filter(long pcap, String text) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment program = arena.allocate(BPF_PROGRAM);
            MemorySegment filter = arena.allocateFrom(text);
            if ((int) Bound.COMPILE.invokeExact(pcap, program, filter, 1, NETMASK_UNKNOWN) != 0) {
                throw new IOException(
                        "libpcap refuses the filter \"%s\": %s".formatted(text, error(pcap)));
            }
            int result = (int) Bound.SET_FILTER.invokeExact(pcap, program);
            Bound.FREE_CODE.invokeExact(program);
            if (result != 0) {
                throw new IOException(
                        "the kernel refuses the filter \"%s\": %s".formatted(text, error(pcap)));
            }
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** pcap_next_ex(3PCAP); the slots receive the addresses of header and bytes. */
    static int next(long pcap, long headerSlot, long bytesSlot) {
        try {
            return (int) Bound.NEXT_EX.invokeExact(pcap, headerSlot, bytesSlot);
        } catch (Throwable e) {
            throw fault(e);
        }
    }

    /** pcap_breakloop(3PCAP): wakes the thread that waits in {@link #next}. */
    static void breakLoop(long pcap) {
        try {
            Bound.BREAK_LOOP.invokeExact(pcap);
        } catch (Throwable e) {
            throw fault(e);
        }
    }

    /** Packets that passed the filter and found the buffer full: 32 bits that wrap. */
    static int dropped(long pcap) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment stats = arena.allocate(STAT_BYTES, 4);
            return (int) Bound.STATS.invokeExact(pcap, stats) == 0
                    ? stats.get(JAVA_INT, STAT_DROP)
                    : 0;
        } catch (Throwable e) {
            throw fault(e);
        }
    }

    /** pcap_fileno(3PCAP): on Linux the packet(7) socket of an active handle. */
    static int fileno(long pcap) {
        try {
            return (int) Bound.FILENO.invokeExact(pcap);
        } catch (Throwable e) {
            throw fault(e);
        }
    }

    /** pcap_geterr(3PCAP). */
    static String error(long pcap) {
        try {
            long text = (long) Bound.GET_ERROR.invokeExact(pcap);
            return MEMORY.getString(text);
        } catch (Throwable e) {
            throw fault(e);
        }
    }

    static void close(long pcap) {
        try {
            Bound.CLOSE.invokeExact(pcap);
        } catch (Throwable e) {
            throw fault(e);
        }
    }

    private static IOException unexpected(Throwable e) {
        return e instanceof IOException expected ? expected : new IOException(fault(e));
    }

    /** A downcall throws nothing of its own. */
    private static IllegalStateException fault(Throwable e) {
        return new IllegalStateException("libpcap could not be called: " + e, e);
    }
}
