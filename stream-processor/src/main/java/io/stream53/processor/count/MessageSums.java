package io.stream53.processor.count;

/**
 * What became of messages that runs sent. Sums add up, in any order.
 *
 * @param read messages read, each once
 * @param lost messages that were sent and are missing
 * @param unread messages that a run sent before this processor began to read it
 * @param redelivered records that came again
 */
record MessageSums(long read, long lost, long unread, long redelivered) {
    static final MessageSums NONE = new MessageSums(0, 0, 0, 0);

    MessageSums plus(MessageSums other) {
        return new MessageSums(
                read + other.read,
                lost + other.lost,
                unread + other.unread,
                redelivered + other.redelivered);
    }

    MessageSums minus(MessageSums other) {
        return new MessageSums(
                read - other.read,
                lost - other.lost,
                unread - other.unread,
                redelivered - other.redelivered);
    }

    void write(ByteWriter out) {
        out.varint(read).varint(lost).varint(unread).varint(redelivered);
    }

    static MessageSums read(ByteReader in) {
        return new MessageSums(in.varint(), in.varint(), in.varint(), in.varint());
    }
}
