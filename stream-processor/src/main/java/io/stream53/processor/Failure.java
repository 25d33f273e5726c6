package io.stream53.processor;

import io.stream53.processor.task.Outage;
import io.stream53.processor.task.RecordLimit;
import io.stream53.processor.task.WrongDeserializerException;
import io.stream53.serde.RegistryRefusedException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.jspecify.annotations.Nullable;

/** What to make of an exception that Kafka or a step threw: one sentence, and what follows. */
sealed interface Failure {
    /** One sentence for people, without a full stop. */
    String sentence();

    /** It may pass: the thread is replaced and goes on from the last commit. */
    record Passing(String sentence) implements Failure {}

    /** Nothing gets better until somebody changes a setting, a topic or a permission. */
    record NeedsHelp(String sentence) implements Failure {}

    /** A fault, of which a new start may be free. */
    record Fault(String sentence) implements Failure {}

    /** Judges an exception by its causes, the outer ones first. */
    static Failure of(Throwable thrown, ProcessorConfig config) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            String help = help(cause, config);
            if (help != null) {
                return new NeedsHelp(help);
            }
        }
        String sentence = withoutFullStop(Outage.sentence(thrown));
        return Outage.isIn(thrown) ? new Passing(sentence) : new Fault(sentence);
    }

    private static @Nullable String help(Throwable cause, ProcessorConfig config) {
        String said =
                withoutFullStop(String.valueOf(cause.getMessage()).lines().findFirst().orElse(""));
        return switch (cause) {
            case ConfigurationException e -> said;
            case WrongDeserializerException e -> said;
            case ConfigException e -> said;
            case RegistryRefusedException e -> registry(e, said, config);
            case AuthenticationException e ->
                    "a broker at %s, or the registry, does not know this user (%s); check the user and password in kafka.*"
                            .formatted(config.bootstrap(), said);
            case AuthorizationException e -> permission(e, said, config);
            case MissingSourceTopicException e ->
                    "%s is gone at %s; create it with ./stream53 topics --bootstrap %2$s and start again"
                            .formatted(config.topics().raw(), config.bootstrap());
            case RecordTooLargeException e ->
                    "a record is larger than the brokers or this producer accept (%s); let max.message.bytes of the topic and max.request.size be at least %d"
                            .formatted(said, RecordLimit.REQUIRED_BYTES);
            case InconsistentGroupProtocolException e ->
                    "the group %s is in use by another kind of program, or under another group-protocol (%s); end that, or take another application-id"
                            .formatted(config.applicationId(), said);
            case ClassCastException e ->
                    "%s of value.serializer cannot write our records (%s); name another class, or none"
                            .formatted(config.valueSerializer(), said);
            default -> internalTopics(said, config);
        };
    }

    private static String registry(
            RegistryRefusedException refused, String said, ProcessorConfig config) {
        String advice =
                switch (refused.status()) {
                    case 401, 403 ->
                            "check the user, password or token in kafka.basic.auth.* and kafka.bearer.auth.*";
                    case 404 -> "check the path in the setting registry, " + config.registry();
                    case 409 ->
                            "another program has registered another schema under this name: take other topics, or mend the subject";
                    default -> "mend what it says and start again";
                };
        return "%s; %s".formatted(said, advice);
    }

    private static String permission(
            AuthorizationException refused, String said, ProcessorConfig config) {
        String missing =
                switch (refused) {
                    case TopicAuthorizationException e ->
                            "may not use %s; allow READ on %s, WRITE on the other topics, and everything on topics that begin with %s-"
                                    .formatted(
                                            e.unauthorizedTopics().isEmpty()
                                                    ? said
                                                    : String.join(", ", e.unauthorizedTopics()),
                                            config.topics().raw(),
                                            config.applicationId());
                    case GroupAuthorizationException e ->
                            "may not use the group %s; allow READ on it"
                                    .formatted(config.applicationId());
                    case TransactionalIdAuthorizationException e ->
                            "may not use transactions; allow WRITE and DESCRIBE on transactional ids that begin with %s-"
                                    .formatted(config.applicationId());
                    default -> "is refused (%s); allow what is missing".formatted(said);
                };
        return "the user of this processor %s at %s".formatted(missing, config.bootstrap());
    }

    /** Streams has no exception of its own for this. */
    private static @Nullable String internalTopics(String said, ProcessorConfig config) {
        return said.contains("has invalid partitions") || said.contains("StreamsResetter")
                ? "the internal topics of application id %s do not fit (%s); take another application-id"
                        .formatted(config.applicationId(), said)
                : null;
    }

    private static String withoutFullStop(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }
}
