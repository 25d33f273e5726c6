package io.stream53.agent.packet;

/** What the streams of one decoder share: objects that they use in turn. */
final class StreamContext {
    final MessageStart starts = new MessageStart();
    final ProxyHeader proxyHeader = new ProxyHeader();
}
