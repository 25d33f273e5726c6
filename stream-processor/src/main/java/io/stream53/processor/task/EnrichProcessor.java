package io.stream53.processor.task;

import io.stream53.processor.match.Transaction;
import io.stream53.processor.view.LiveFeed;
import io.stream53.schema.DnsTransaction;
import java.util.function.Function;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Second step: makes the record of dns.enriched from what was joined. It goes to the child {@value
 * #OUT}, keyed by its id, and to the child {@value #NEXT}, which progress goes to as well.
 */
public final class EnrichProcessor implements Processor<Object, Object, Object, Object> {
    public static final String OUT = "enriched";
    public static final String NEXT = "count";

    private final Function<Transaction, DnsTransaction> enricher;
    private final LiveFeed live;
    private @Nullable ProcessorContext<Object, Object> context;

    public EnrichProcessor(Function<Transaction, DnsTransaction> enricher, LiveFeed live) {
        this.enricher = enricher;
        this.live = live;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        this.context = context;
    }

    @Override
    public void process(Record<Object, Object> record) {
        if (context == null) {
            throw new IllegalStateException("process before init");
        }
        if (record.value() instanceof Step.Matched(Transaction matched, boolean captureLoss)) {
            DnsTransaction transaction = enricher.apply(matched);
            transaction.setCaptureLoss(captureLoss);
            context.forward(record.withKey(transaction.getId()).withValue(transaction), OUT);
            context.forward(record.withValue(new Step.Enriched(transaction)), NEXT);
            live.offer(transaction);
        } else {
            context.forward(record, NEXT);
        }
    }
}
