package io.stream53.agent.privacy;

/** Changes addresses, each one always into the same. Not for use by two threads at once. */
interface AddressMethod {
    /**
     * What an address becomes.
     *
     * @param address 4 or 16 bytes; not changed
     * @return a new array of as many bytes
     */
    byte[] change(byte[] address);
}
