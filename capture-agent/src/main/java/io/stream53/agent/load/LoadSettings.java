package io.stream53.agent.load;

/**
 * What the agent may take from its host.
 *
 * @param captureThreads threads that share an interface's packets
 * @param samplingRate one transaction in so many is kept, at least; 1 is all
 * @param maxCpuPercent processor time of the whole process, 100 being one core; 0 is no bound
 * @param maxMemoryBytes resident memory of the whole process; 0 is no bound
 */
public record LoadSettings(
        int captureThreads, int samplingRate, int maxCpuPercent, long maxMemoryBytes) {
    /** One thread, no sampling, no bounds. */
    public static final LoadSettings DEFAULT = new LoadSettings(1, 1, 0, 0);
}
