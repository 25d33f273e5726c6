package io.stream53.connect;

import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A task's counters, each of which any thread may read or add to. */
final class SinkCounters implements SinkCountersMXBean, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SinkCounters.class);

    final AtomicLong received = new AtomicLong();
    final AtomicLong indexed = new AtomicLong();
    final AtomicLong deleted = new AtomicLong();
    final AtomicLong rejected = new AtomicLong();
    final AtomicLong ignored = new AtomicLong();
    final AtomicLong discarded = new AtomicLong();
    final AtomicLong notSelected = new AtomicLong();
    final AtomicLong outside = new AtomicLong();
    final AtomicLong alertQueriesFailed = new AtomicLong();
    final AtomicLong buffered = new AtomicLong();
    final AtomicLong requests = new AtomicLong();
    final AtomicLong retried = new AtomicLong();

    private final String name;

    SinkCounters(String connector, int task) {
        name =
                "io.stream53.connect:type=elasticsearch-sink,connector="
                        + ObjectName.quote(connector)
                        + ",task="
                        + task;
    }

    /** Shows the counters in JMX, in place of those of an earlier run of the task. */
    void register() {
        try {
            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            ObjectName object = new ObjectName(name);
            if (server.isRegistered(object)) {
                server.unregisterMBean(object);
            }
            server.registerMBean(this, object);
        } catch (JMException e) {
            log.warn("The counters are not in JMX: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        try {
            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            ObjectName object = new ObjectName(name);
            if (server.isRegistered(object)) {
                server.unregisterMBean(object);
            }
        } catch (JMException e) {
            log.debug("The counters stay in JMX: {}", e.getMessage());
        }
    }

    @Override
    public long getReceived() {
        return received.get();
    }

    @Override
    public long getIndexed() {
        return indexed.get();
    }

    @Override
    public long getDeleted() {
        return deleted.get();
    }

    @Override
    public long getRejected() {
        return rejected.get();
    }

    @Override
    public long getIgnored() {
        return ignored.get();
    }

    @Override
    public long getDiscarded() {
        return discarded.get();
    }

    @Override
    public long getNotSelected() {
        return notSelected.get();
    }

    @Override
    public long getOutside() {
        return outside.get();
    }

    @Override
    public long getAlertQueriesFailed() {
        return alertQueriesFailed.get();
    }

    @Override
    public long getBuffered() {
        return buffered.get();
    }

    @Override
    public long getRequests() {
        return requests.get();
    }

    @Override
    public long getRetried() {
        return retried.get();
    }

    @Override
    public String toString() {
        return "received "
                + received
                + ", indexed "
                + indexed
                + ", deleted "
                + deleted
                + ", rejected "
                + rejected
                + ", ignored "
                + ignored
                + ", discarded "
                + discarded
                + ", not selected "
                + notSelected
                + ", outside of the window "
                + outside
                + ", alert queries failed "
                + alertQueriesFailed
                + ", buffered "
                + buffered
                + ", requests "
                + requests
                + ", sent again "
                + retried;
    }
}
