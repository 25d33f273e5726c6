package io.stream53.agent.source;

class Pcap4jSourceTest extends LiveSourceContract {
    @Override
    LiveWire.Opener opener() {
        return Pcap4jSource::open;
    }
}
