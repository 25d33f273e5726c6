package io.stream53.processor.detect;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The rules with their thresholds, and what they have in common.
 *
 * @param enabled whether anything is looked for at all
 * @param ignored domains and addresses that no alert is about
 * @param openAfter slots in a row that break a rule before an alert opens
 * @param closeAfter slots that do not, before it closes
 * @param longName characters before the registered domain from which a name is long
 * @param largeResponse bytes from which a response is large
 * @param largeRatio how many times its query's bytes it must have
 * @param rules those in force
 */
public record AlertSettings(
        boolean enabled,
        Set<String> ignored,
        int openAfter,
        int closeAfter,
        int longName,
        int largeResponse,
        double largeRatio,
        List<Rule> rules) {

    /** Names of all rules. */
    public static final Set<String> RULES =
            Set.of(
                    RandomSubdomain.NAME,
                    NxdomainFlood.NAME,
                    Amplification.NAME,
                    Reflection.NAME,
                    Tunnelling.NAME,
                    SpoofedResponses.NAME,
                    ServerSilent.NAME);

    /** So many tasks may share an attack evenly, and each still passes its part on. */
    private static final long MOST_TASKS = 100;

    /** A recursive server asks very many servers once or twice in a slot. */
    private static final long LEAST_OF_SERVER = 2;

    /** The thresholds of all rules, as settings have them. */
    public record Thresholds(
            long randomSubdomainNames,
            double randomSubdomainShare,
            double randomSubdomainDistinct,
            long nxdomainFloodResponses,
            double nxdomainFloodShare,
            double nxdomainFloodGrowth,
            long amplificationResponses,
            double amplificationShare,
            double amplificationRepeats,
            long reflectionResponses,
            double reflectionShare,
            double reflectionRepeats,
            long tunnellingNames,
            double tunnellingShare,
            double tunnellingEntropy,
            double tunnellingNamesPerClient,
            long spoofedMismatched,
            long serverSilentQueries,
            double serverSilentShare,
            Duration serverSilentMemory) {

        /** The rules, but for those that are switched off. */
        public List<Rule> rules(Set<String> off) {
            List<Rule> all =
                    List.of(
                            new RandomSubdomain(
                                    randomSubdomainNames,
                                    randomSubdomainShare,
                                    randomSubdomainDistinct),
                            new NxdomainFlood(
                                    nxdomainFloodResponses,
                                    nxdomainFloodShare,
                                    nxdomainFloodGrowth),
                            new Amplification(
                                    amplificationResponses,
                                    amplificationShare,
                                    amplificationRepeats),
                            new Reflection(reflectionResponses, reflectionShare, reflectionRepeats),
                            new Tunnelling(
                                    tunnellingNames,
                                    tunnellingShare,
                                    tunnellingEntropy,
                                    tunnellingNamesPerClient),
                            new SpoofedResponses(spoofedMismatched),
                            new ServerSilent(
                                    serverSilentQueries, serverSilentShare, serverSilentMemory));
            return all.stream().filter(rule -> !off.contains(rule.name())).toList();
        }
    }

    /** Rules that a watch serves. */
    List<Rule> rulesOf(Watch watch) {
        return rules.stream().filter(rule -> rule.watch() == watch).toList();
    }

    /**
     * Matched transactions (of a server: all) that a task must have seen of a subject in a slot to
     * pass it on; {@link Long#MAX_VALUE} where no rule asks.
     */
    long floor(Watch watch) {
        long least = rulesOf(watch).stream().mapToLong(Rule::least).min().orElse(Long.MAX_VALUE);
        if (least == Long.MAX_VALUE) {
            return least;
        }
        return Math.max(watch == Watch.SERVER ? LEAST_OF_SERVER : 1, least / MOST_TASKS);
    }
}
