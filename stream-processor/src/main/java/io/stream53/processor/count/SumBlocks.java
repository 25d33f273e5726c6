package io.stream53.processor.count;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * In which entries of the state the sums of a {@link Window} are saved: many in one, since the sums
 * of a window change together. An entry for each would make the changelog as long as the counts
 * are. A block is written anew when one of its sums changed, so it is kept small.
 */
final class SumBlocks {
    private static final int MOST_SUMS = 128;

    /** A larger block is split, unless it is one sum. */
    private static final int MOST_BYTES = 64_000;

    /** Numbers of blocks are below this: of a window of ever so many keys. */
    private static final int MOST_BLOCKS = 1 << 14;

    private final Map<Window.Name, WindowSum> sums;
    private final List<List<Window.Name>> blocks = new ArrayList<>();
    private final BitSet changed = new BitSet();

    /** Sums that changed and have no block yet. */
    private final List<Window.Name> homeless = new ArrayList<>();

    /**
     * @param sums those of the window, by name
     */
    SumBlocks(Map<Window.Name, WindowSum> sums) {
        this.sums = sums;
    }

    /** A sum is new. */
    void begin(Window.Name name) {
        homeless.add(name);
    }

    /** A sum changed. */
    void touch(WindowSum sum) {
        if (sum.block != WindowSum.NO_BLOCK) {
            changed.set(sum.block);
        }
    }

    /** Blocks so far. */
    int size() {
        return blocks.size();
    }

    /**
     * Gives every sum a block, and tells the blocks that changed.
     *
     * @param pack packs a sum that is to be written
     */
    void settle(Consumer<WindowSum> pack, IntConsumer changedBlock) {
        for (Window.Name name : homeless) {
            if (blocks.isEmpty() || blocks.getLast().size() >= MOST_SUMS) {
                blocks.add(new ArrayList<>());
            }
            place(name, blocks.size() - 1);
        }
        homeless.clear();
        for (int block = changed.nextSetBit(0); block >= 0; block = changed.nextSetBit(block + 1)) {
            split(block, pack);
            changedBlock.accept(block);
        }
        changed.clear();
    }

    private void place(Window.Name name, int block) {
        blocks.get(block).add(name);
        sum(name).block = block;
        changed.set(block);
    }

    /** Moves what is too much into a new block, which comes later. */
    private void split(int block, Consumer<WindowSum> pack) {
        List<Window.Name> names = blocks.get(block);
        int bytes = 0;
        for (int i = 0; i < names.size(); i++) {
            WindowSum sum = sum(names.get(i));
            pack.accept(sum);
            bytes += sum.packedBytes();
            if (bytes > MOST_BYTES && i > 0) {
                List<Window.Name> rest = names.subList(i, names.size());
                blocks.add(new ArrayList<>());
                rest.forEach(name -> place(name, blocks.size() - 1));
                rest.clear();
                return;
            }
        }
    }

    private WindowSum sum(Window.Name name) {
        WindowSum sum = sums.get(name);
        if (sum == null) {
            throw new IllegalStateException("no sum " + name);
        }
        return sum;
    }

    /** Whether there is such a block. */
    boolean has(int block) {
        return block < blocks.size();
    }

    void write(int block, ByteWriter out) {
        for (Window.Name name : blocks.get(block)) {
            out.text(name.dimension()).text(name.key());
            sum(name).write(out);
        }
    }

    /** A sum was read from a block. */
    void restore(Window.Name name, WindowSum sum, int block) {
        if (block < 0 || block >= MOST_BLOCKS) {
            throw new IllegalArgumentException("there is no block " + block);
        }
        while (blocks.size() <= block) {
            blocks.add(new ArrayList<>());
        }
        blocks.get(block).add(name);
        sum.block = block;
    }
}
