package io.stream53.connect;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What the sink logs of why it sends again. */
final class LoggedReasons extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final List<Logger> loggers =
            List.of(
                    (Logger) LoggerFactory.getLogger(BulkWorkers.class),
                    (Logger) LoggerFactory.getLogger(OutageLog.class));

    LoggedReasons() {
        start();
        for (Logger logger : loggers) {
            logger.setLevel(Level.DEBUG);
            logger.addAppender(this);
            logger.setAdditive(false);
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        messages.add(event.getLevel() + " " + event.getFormattedMessage());
    }

    /** Messages with a text in them. */
    List<String> with(String text) {
        return messages.stream().filter(message -> message.contains(text)).toList();
    }

    @Override
    public void close() {
        for (Logger logger : loggers) {
            logger.detachAppender(this);
            logger.setAdditive(true);
        }
    }
}
