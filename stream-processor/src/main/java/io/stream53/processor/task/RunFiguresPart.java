package io.stream53.processor.task;

import io.stream53.processor.count.RunFigures;
import io.stream53.processor.match.StateWriter;

/** What a task knows of agents' runs, kept in its store; matching fills it, counting sends it. */
record RunFiguresPart(RunFigures figures) implements DrainedStore.Part {
    @Override
    public void restore(byte[] key, byte[] value) {
        figures.restore(key, value);
    }

    @Override
    public void drain(StateWriter writer) {
        figures.drain(writer);
    }
}
