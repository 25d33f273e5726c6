package io.stream53.agent.load;

import java.util.List;

/**
 * How the agent's heap is shared out, so that the whole process keeps its bound. What the JVM takes
 * beside the heap (its own code, classes, compiled code and the compiler's memory, stacks) and the
 * capture buffers, which the kernel shares with the process, belong to the bound as well.
 *
 * <p>Pure: {@code ./stream53 agent} chooses the JVM's flags by the same figures.
 *
 * @param queueBytes for records on their way to the producer
 * @param reassemblyBytes for fragments and TCP streams
 * @param producerBytes for Kafka's producer, its {@code buffer.memory}
 */
public record MemoryPlan(long queueBytes, long reassemblyBytes, long producerBytes) {
    private static final long MEBIBYTE = 1 << 20;

    /**
     * Measured: what a process that is flooded takes beside its heap, without the optimizing
     * compiler; with it, it is 16 MiB more.
     */
    static final long BESIDE_HEAP_BYTES = 92 * MEBIBYTE;

    /** Objects that no budget is for: those of classes, threads and requests on their way. */
    static final long BASE_BYTES = 12 * MEBIBYTE;

    /**
     * Something to be given a part.
     *
     * @param setting its key
     * @param bytes what it is to have
     * @param isGiven somebody asked for so much; otherwise it may be less
     * @param leastBytes what it cannot do without
     */
    public record Wish(String setting, long bytes, boolean isGiven, long leastBytes) {
        private long needed() {
            return isGiven ? bytes : Math.min(bytes, leastBytes);
        }
    }

    /** The plan cannot be made; the message is one sentence. */
    public static final class TooLittle extends Exception {
        private static final long serialVersionUID = 1L;

        TooLittle(String sentence) {
            super(sentence);
        }
    }

    /**
     * Shares out.
     *
     * @param maxBytes bound of the process; 0 when there is none
     * @param heapBytes the JVM's heap at the most
     * @param captureBytes the kernel's capture buffers
     * @throws TooLittle when what was asked for, and the least of the rest, do not fit
     */
    public static MemoryPlan of(
            long maxBytes,
            long heapBytes,
            long captureBytes,
            Wish queue,
            Wish reassembly,
            Wish producer)
            throws TooLittle {
        List<Wish> wishes = List.of(queue, reassembly, producer);
        long needed = BASE_BYTES + wishes.stream().mapToLong(Wish::needed).sum();
        long least = BESIDE_HEAP_BYTES + captureBytes + needed;
        if (maxBytes > 0 && maxBytes < least) {
            throw new TooLittle(
                    "max.memory of %d MiB is too little: with these settings the agent needs at least %d MiB"
                            .formatted(maxBytes / MEBIBYTE, roundedUp(least)));
        }
        long heap =
                maxBytes == 0
                        ? heapBytes
                        : Math.min(heapBytes, maxBytes - BESIDE_HEAP_BYTES - captureBytes);
        if (heap < needed) {
            throw new TooLittle(
                    ("queue.mib, reassembly.mib and kafka.buffer.memory need a heap of %d MiB, and"
                                    + " there are %d: set max.memory to %dm or more")
                            .formatted(roundedUp(needed), heap / MEBIBYTE, roundedUp(least) + 16));
        }
        double share = share(heap, needed, wishes);
        return new MemoryPlan(part(queue, share), part(reassembly, share), part(producer, share));
    }

    /** Part of what is wished beyond the least that there is room for; 1 is all. */
    private static double share(long heap, long needed, List<Wish> wishes) {
        long wished = wishes.stream().mapToLong(wish -> wish.bytes() - wish.needed()).sum();
        return wished == 0 ? 1 : Math.min(1, (double) (heap - needed) / wished);
    }

    private static long part(Wish wish, double share) {
        return wish.needed() + (long) (share * (wish.bytes() - wish.needed()));
    }

    /** Whether a JVM with this heap can keep the bound. */
    public static boolean keeps(long maxBytes, long heapBytes, long captureBytes) {
        return maxBytes == 0
                || heapBytes + BESIDE_HEAP_BYTES + captureBytes <= maxBytes + 2 * MEBIBYTE;
    }

    private static long roundedUp(long bytes) {
        return (bytes + MEBIBYTE - 1) / MEBIBYTE;
    }
}
