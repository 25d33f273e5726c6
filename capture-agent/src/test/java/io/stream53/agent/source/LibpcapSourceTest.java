package io.stream53.agent.source;

class LibpcapSourceTest extends LiveSourceContract {
    @Override
    LiveWire.Opener opener() {
        return LibpcapSource::open;
    }
}
