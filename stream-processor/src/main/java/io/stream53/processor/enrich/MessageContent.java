package io.stream53.processor.enrich;

import io.stream53.dns.DnsMessage;
import io.stream53.dns.Mnemonics;
import io.stream53.dns.RecordReader;
import io.stream53.dns.Section;
import io.stream53.schema.DnsPacket;
import io.stream53.schema.ResourceRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * The records of a response that are listed in its document.
 *
 * @param carried the agent carried the message, so that there was something to read
 * @param resolved addresses among the answers, each once
 */
record MessageContent(
        boolean carried,
        List<ResourceRecord> answers,
        List<ResourceRecord> authorities,
        List<String> resolved) {

    /** Records listed of a section. */
    private static final int MAX_RECORDS = 64;

    private static final int TYPE_A = 1;
    private static final int TYPE_AAAA = 28;
    private static final int CLASS_IN = 1;

    static final MessageContent NOT_CARRIED =
            new MessageContent(false, List.of(), List.of(), List.of());

    /** Reads a response's records as far as they can be read. */
    static MessageContent of(DnsMessage message, RecordReader records) {
        List<ResourceRecord> answers = new ArrayList<>(4);
        List<ResourceRecord> authorities = new ArrayList<>(2);
        List<String> resolved = new ArrayList<>(2);
        records.reset(message);
        while (records.next() && records.section() != Section.ADDITIONAL) {
            boolean isAnswer = records.section() == Section.ANSWER;
            List<ResourceRecord> list = isAnswer ? answers : authorities;
            if (list.size() < MAX_RECORDS) {
                ResourceRecord record = record(records);
                list.add(record);
                if (isAnswer && isAddress(records) && !resolved.contains(record.getData())) {
                    resolved.add(record.getData());
                }
            }
        }
        return new MessageContent(true, answers, authorities, resolved);
    }

    /** The same, to be written often. */
    MessageContent encoded() {
        return new MessageContent(
                carried,
                answers.stream().map(Encoded::of).toList(),
                authorities.stream().map(Encoded::of).toList(),
                resolved);
    }

    /** Whether the list of answers is shorter than what the response announces. */
    boolean answersCut(DnsPacket response) {
        return carried && answers.size() < response.getAnswerCount();
    }

    /** Whether the list of authorities is shorter than what the response announces. */
    boolean authoritiesCut(DnsPacket response) {
        return carried && authorities.size() < response.getAuthorityCount();
    }

    private static ResourceRecord record(RecordReader record) {
        return new ResourceRecord(
                record.name(),
                Mnemonics.type(record.type()),
                Mnemonics.recordClass(record.recordClass()),
                record.ttl(),
                RecordText.of(record));
    }

    /** With data of the right length, so that its text is an address. */
    private static boolean isAddress(RecordReader record) {
        return record.recordClass() == CLASS_IN
                && (record.type() == TYPE_A && record.dataLength() == 4
                        || record.type() == TYPE_AAAA && record.dataLength() == 16);
    }
}
