package io.stream53.agent.publish;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What became of the messages that were handed to Kafka; watermarks are not among them. */
final class SendCounts {
    final AtomicLong published = new AtomicLong();
    final AtomicLong failed = new AtomicLong();

    /** Messages of earlier processes that were acknowledged. */
    final AtomicLong recovered = new AtomicLong();

    /** Messages of earlier processes that Kafka refused. */
    final AtomicLong recoveredFailed = new AtomicLong();

    private final Secrets secrets;
    private volatile @Nullable String lastFailure;

    SendCounts() {
        this(Secrets.NONE);
    }

    /**
     * @param secrets that no reason may show
     */
    SendCounts(Secrets secrets) {
        this.secrets = secrets;
    }

    /** A sentence of Kafka's without secrets. */
    String hide(@Nullable String sentence) {
        return secrets.hide(String.valueOf(sentence));
    }

    void failure(String reason) {
        lastFailure = hide(reason);
    }

    @Nullable String lastFailure() {
        return lastFailure;
    }
}
