package io.stream53.processor;

import io.stream53.processor.match.Transaction;
import io.stream53.schema.Dns;
import io.stream53.schema.DnsPacket;
import io.stream53.schema.DnsTransaction;
import io.stream53.schema.Endpoint;
import io.stream53.schema.Event;
import io.stream53.schema.Network;
import io.stream53.schema.Observer;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/** Stands in for enriching: ids, times and status alone. */
final class PlainTransactions implements Function<Transaction, DnsTransaction> {
    @Override
    public DnsTransaction apply(Transaction transaction) {
        DnsPacket first = transaction.first();
        Instant start = Instant.ofEpochMilli(Math.floorDiv(transaction.startUs(), 1000L));
        return DnsTransaction.newBuilder()
                .setId(transaction.id())
                .setTimestamp(start)
                .setTimestampUs(transaction.startUs())
                .setEvent(Event.newBuilder().setStart(start).setOutcome("unknown").build())
                .setObserver(Observer.newBuilder().setName(first.getNode()).build())
                .setClient(Endpoint.newBuilder().setIp("192.0.2.1").setPort(0).build())
                .setServer(Endpoint.newBuilder().setIp("192.0.2.2").setPort(0).build())
                .setNetwork(
                        Network.newBuilder()
                                .setTransport(first.getTransport())
                                .setProtocol(first.getProtocol())
                                .setType("ipv4")
                                .setBytes(0)
                                .build())
                .setDns(
                        Dns.newBuilder()
                                .setId(first.getId())
                                .setOpCode("QUERY")
                                .setStatus(transaction.status().name())
                                .setRetransmissions(transaction.retransmissions())
                                .setResponses(transaction.responses())
                                .setQuerySize(
                                        transaction.query() == null
                                                ? null
                                                : transaction.query().getSize())
                                .setAnswers(List.of())
                                .build())
                .build();
    }
}
