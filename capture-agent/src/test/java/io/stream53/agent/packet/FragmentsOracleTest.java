package io.stream53.agent.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.Requires;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Captures with fragments, tags, tunnels and unusual link types from other projects, held against
 * tshark: each UDP message at the frame that completes it, and no other.
 */
class FragmentsOracleTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "dnscap/frags.pcap",
                "dnscap/vlan11.pcap",
                "dnscap/icmp.pcap",
                "dnscap/ether_padd.pcap",
                "dnscap/ipv6-with-ethernet-padding.pcap",
                "go-dnscollector/dnsdump_ip4_fragmented+udp.pcap",
                "go-dnscollector/dnsdump_ip4_fragmented_query.pcap",
                "go-dnscollector/dnsdump_ip6_fragmented+udp.pcap",
                "go-dnscollector/dnsdump_ip6_fragmented_query.pcap",
                "PcapPlusPlus/IPv4Frag.pcap",
                "PcapPlusPlus/frag_http_req.pcap",
                "PcapPlusPlus/frag_with_padding.pcap",
                "PcapPlusPlus/http_req_frag.pcap",
                "PcapPlusPlus/ip4_bad_fragment.pcap",
                "PcapPlusPlus/ip4_fragments.pcap",
                "PcapPlusPlus/ip6_fragments.pcap",
                "PcapPlusPlus/ipfragutil_bpf_filter.pcap",
                "PcapPlusPlus/ipfragutil_ip_ids.pcap",
                "PcapPlusPlus/ipv6-frag.pcap",
                "PcapPlusPlus/ipv6_opt_fragments.pcap",
                "PcapPlusPlus/llc_vlan.pcap",
                "PcapPlusPlus/no-frag-ip-ids.pcap",
                "PcapPlusPlus/no-ipv6-frag.pcap",
                "PcapPlusPlus/Sll2PacketLLC.pcap",
                "PcapPlusPlus/VlanPackets.pcap",
                "tcpdump/802.1ad_QinQ.pcap",
                "tcpdump/LINKTYPE_PKTAP.pcap",
                "tcpdump/LINKTYPE_USER2_PKTAP.pcap",
                "tcpdump/ppp_ip_udp_dns.pcap",
                "tcpdump/ip6_frag_asan.pcap",
                "tcpdump/ipv6_frag6_negative_len.pcap"
            })
    void seesTheUdpMessagesThatTsharkSees(String file, @TempDir Path folder) throws Exception {
        Requires.tool("tshark");
        Requires.tool("python3");
        Path oracle = Requires.shared("tools/oracle");
        Path capture = Requires.shared(file);

        Map<Integer, List<OracleTest.Seen>> theirs =
                OracleTest.oracle(oracle, capture, folder.resolve("messages"));
        OracleTest.Ours ours = OracleTest.Ours.of(capture);

        assertThat(udp(ours.messages)).isEqualTo(udp(theirs));
    }

    private static Map<Integer, List<OracleTest.Seen>> udp(
            Map<Integer, List<OracleTest.Seen>> messages) {
        messages.values().forEach(seen -> seen.removeIf(one -> !one.transport().equals("UDP")));
        messages.values().removeIf(List::isEmpty);
        return messages;
    }
}
