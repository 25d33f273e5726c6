package io.stream53.agent.source;

/**
 * What a source lost before it could hand it on.
 *
 * @param kernelDropped packets that the kernel or the network card dropped, since the start
 * @param truncated the input ended in the middle of a record, or went on with none
 */
public record SourceStats(long kernelDropped, boolean truncated) {
    public static final SourceStats NONE = new SourceStats(0, false);
}
