package io.stream53.processor.enrich;

import io.stream53.dns.Mnemonics;
import io.stream53.schema.DnsPacket;
import io.stream53.schema.Question;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@code dns.question}. Those asked for often are kept, each in one of two slots, with what
 * follows from the name. Safe for several threads.
 */
final class Questions {
    private static final int CACHED = 1 << 14;

    private record Known(
            String name, int type, int recordClass, Question question, boolean encoded) {
        boolean is(DnsPacket packet) {
            return type == packet.getQuestionType()
                    && recordClass == packet.getQuestionClass()
                    && question.getMixedCase() == packet.getQuestionMixedCase()
                    && question.getLabelsHashed() == packet.getLabelsHashed()
                    && name.equals(packet.getQuestionName());
        }

        /** What has come twice is worth encoding. */
        Known again() {
            return new Known(name, type, recordClass, Encoded.of(question), true);
        }
    }

    private final PublicSuffixes suffixes;
    private final AtomicReferenceArray<@Nullable Known> slots = new AtomicReferenceArray<>(CACHED);

    Questions(PublicSuffixes suffixes) {
        this.suffixes = suffixes;
    }

    /** The question of a packet that has one; shared with other documents, not to be changed. */
    Question of(DnsPacket packet) {
        int hash = (packet.getQuestionName().hashCode() + packet.getQuestionType()) * 0x9E3779B9;
        int slot = (hash ^ hash >>> 16) & CACHED - 1;
        Known first = slots.getAcquire(slot);
        if (first != null && first.is(packet)) {
            if (!first.encoded) {
                first = first.again();
                slots.setRelease(slot, first);
            }
            return first.question;
        }
        Known second = slots.getAcquire(slot ^ 1);
        if (second == null || !second.is(packet)) {
            second = known(packet);
        }
        slots.setRelease(slot, second);
        if (first != null) {
            slots.setRelease(slot ^ 1, first);
        }
        return second.question;
    }

    private Known known(DnsPacket packet) {
        String name = packet.getQuestionName();
        int type = packet.getQuestionType();
        int recordClass = packet.getQuestionClass();
        PublicSuffixes.Split split = suffixes.split(name);
        Question question =
                new Question(
                        name,
                        packet.getQuestionMixedCase(),
                        Mnemonics.type(type),
                        Mnemonics.recordClass(recordClass),
                        split.topLevelDomain(),
                        split.registeredDomain(),
                        split.subdomain(),
                        packet.getLabelsHashed(),
                        SpecialUse.of(name));
        return new Known(name, type, recordClass, question, false);
    }
}
