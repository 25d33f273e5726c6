package io.stream53.agent.packet;

/**
 * A stage that hands messages on to another one, and holds none back: time and the end are passed
 * on as they come.
 */
public interface MessageStage extends MessageHandler {
    /** What comes behind this stage. */
    MessageHandler out();

    @Override
    default long lowestHeldUs() {
        return out().lowestHeldUs();
    }

    @Override
    default void seen(long timestampUs) {
        out().seen(timestampUs);
    }

    @Override
    default void tick(long seenUntilUs) {
        out().tick(seenUntilUs);
    }

    @Override
    default void flush() {
        out().flush();
    }
}
