package io.stream53.agent.privacy;

import io.stream53.agent.packet.MessageHandler;
import io.stream53.agent.packet.MessageStage;
import io.stream53.agent.packet.PacketView;
import io.stream53.agent.packet.PacketView.AddressForm;
import io.stream53.dns.DnsMessage;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes what would tell a client, in queries and responses alike, before key and record are made.
 * What it hands on is its own: the packet and the message that it was given stay as they are.
 *
 * <p>The client's end is changed, unless it is one of the node's own addresses. The server's end is
 * a client's host after all when its port is no DNS port and the other's is (a response sent to a
 * server, say); such a host has no address afterwards.
 */
final class PrivacyStage implements MessageStage {
    private static final int MAX_ADDRESS_BYTES = 16;

    private final @Nullable AddressTable clients;
    private final @Nullable AddressTable others;
    private final @Nullable MessageCleaner cleaner;
    private final @Nullable NameHasher hasher;
    private final AddressForm form;
    private final byte[][] own;
    private final Set<Integer> dnsPorts;
    private final MessageHandler out;
    private final PacketView view = new PacketView();
    private final List<AddressTraces> sought = new ArrayList<>(2);
    private final byte[] addresses = new byte[2 * MAX_ADDRESS_BYTES];

    /**
     * A stage.
     *
     * @param clients for the clients' addresses; null when they stay as they are
     * @param others for addresses in messages and names; null likewise
     */
    PrivacyStage(
            @Nullable AddressTable clients,
            @Nullable AddressTable others,
            @Nullable Truncation truncation,
            @Nullable NameHasher hasher,
            Set<InetAddress> ownAddresses,
            Set<Integer> dnsPorts,
            MessageHandler out) {
        this.clients = clients;
        this.others = others;
        this.cleaner = others == null ? null : new MessageCleaner(others, truncation);
        this.hasher = hasher;
        this.form = truncation == null ? AddressForm.ENCRYPTED : AddressForm.TRUNCATED;
        this.own = ownAddresses.stream().map(InetAddress::getAddress).toArray(byte[][]::new);
        this.dnsPorts = Set.copyOf(dnsPorts);
        this.out = out;
    }

    @Override
    public void message(PacketView packet, DnsMessage message) {
        view.set(packet);
        sought.clear();
        if (clients != null) {
            changeAddresses(clients, packet);
        }
        DnsMessage published = message;
        if (hasher != null) {
            hashNames(hasher, message);
        } else if (cleaner != null && others != null) {
            changeName(others, message);
            DnsMessage cleaned = view.messageHidden() ? null : cleaner.clean(message, sought);
            view.messageHidden(cleaned == null);
            published = cleaned == null ? message : cleaned;
        }
        out.message(view, published);
    }

    private void changeAddresses(AddressTable table, PacketView packet) {
        int length = packet.addressBytes();
        byte[] bytes = packet.addresses();
        System.arraycopy(bytes, packet.clientOffset(), addresses, 0, length);
        System.arraycopy(bytes, packet.serverOffset(), addresses, length, length);
        view.between(addresses, 0, length, length);
        if (isClientsHost(packet) && !isOwn(length, length)) {
            sought.add(table.change(addresses, length, length).traces());
            Arrays.fill(addresses, length, 2 * length, (byte) 0);
        }
        if (!isOwn(0, length)) {
            AddressTable.Change change = table.change(addresses, 0, length);
            sought.add(change.traces());
            System.arraycopy(change.changed(), 0, addresses, 0, length);
            view.clientForm(form).place(change.place());
        }
    }

    private boolean isClientsHost(PacketView packet) {
        return !dnsPorts.contains(packet.serverPort()) && dnsPorts.contains(packet.clientPort());
    }

    private boolean isOwn(int at, int length) {
        for (byte[] address : own) {
            if (Arrays.equals(address, 0, address.length, addresses, at, at + length)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Records repeat the names that are hashed in the question, so the message stays out. The
     * registered domain is not hashed, and may be made of an address.
     */
    private void hashNames(NameHasher names, DnsMessage message) {
        byte[] hashed = names.hash(message.questionNameBytes(), message.questionNameLength());
        view.messageHidden(true)
                .labelsHashed(true)
                .questionName(
                        holdsTraces(hashed, hashed.length)
                                ? masked(hashed, hashed.length)
                                : hashed);
    }

    /** With a changed name the message stays out: it holds the name as it was. */
    private void changeName(AddressTable table, DnsMessage message) {
        byte[] name = message.questionNameBytes();
        int length = message.questionNameLength();
        byte[] changed =
                ReverseNames.change(
                        name,
                        length,
                        address -> table.change(address, 0, address.length).changed());
        if (changed == null && holdsTraces(name, length)) {
            changed = masked(name, length);
        }
        if (changed != null) {
            view.messageHidden(true).questionName(changed);
        }
    }

    private boolean holdsTraces(byte[] name, int length) {
        for (int i = 0; i < sought.size(); i++) {
            if (sought.get(i).inText(name, length)) {
                return true;
            }
        }
        return false;
    }

    private byte[] masked(byte[] name, int length) {
        byte[] masked = Arrays.copyOf(name, length);
        sought.forEach(traces -> traces.mask(masked));
        return masked;
    }

    @Override
    public MessageHandler out() {
        return out;
    }
}
