package io.stream53.processor.view;

/**
 * How far a node has come in one partition, by its own watermarks.
 *
 * @param watermarkMs the last watermark, milliseconds since the epoch
 * @param ended the run has ended: nothing more comes
 * @param readMs when the processor read it, by its own clock
 * @param delayMs the smallest of the latest differences between the processor's clock when it read
 *     a watermark and the watermark: some hundred milliseconds while all is read and the clocks
 *     agree, negative when the node's clock is ahead
 * @param samplingRate one transaction in so many is kept
 */
public record NodeTime(
        String node,
        long run,
        long watermarkMs,
        boolean ended,
        long readMs,
        long delayMs,
        int samplingRate) {}
