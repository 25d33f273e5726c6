package io.stream53.benchmarks;

/** A contender that can be made to go on and to rest. */
interface Running extends AutoCloseable {
    /** Works from now on, where it stopped. */
    void resume();

    /** Rests from now on, or soon. */
    void pause();

    /** Records of dns.raw that it has taken so far. */
    long records();

    @Override
    void close();
}
