package io.stream53.agent.publish;

/** Which messages are carried as bytes in {@code DnsPacket.message}. */
public enum MessageCarry {
    NONE,
    RESPONSES,
    ALL
}
