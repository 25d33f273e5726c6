package io.stream53.processor.detect;

import io.stream53.processor.count.ByteReader;
import io.stream53.processor.count.ByteWriter;
import io.stream53.processor.count.CountMessage;
import io.stream53.processor.match.StateWriter;
import io.stream53.schema.DnsAlert;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Adds the tasks' signs up by slot, judges each slot once no upstream can add to it in the usual
 * course, in the order of their times, and makes alerts of it. Give it every {@link
 * CountMessage.Signal} and {@link CountMessage.SlotsSent} of its partition, call {@link #take} each
 * second or so, and send what it returns. For one thread.
 *
 * <p>A slot is judged when every upstream that ever reported has sent it or holds nothing, and one
 * of them has come so far, or all runs have ended. What comes for a slot that was judged is
 * refused.
 */
public final class AlertMerger {
    /** Subjects of slots that wait to be judged; what exceeds them is refused. */
    private static final int MOST_SIGNS = 20_000;

    private static final int MOST_EPISODES = 10_000;

    /** Slots that are remembered as judged; a replay of older ones is judged on its own. */
    private static final int MOST_JUDGED = 1_000;

    private final AlertSettings settings;
    private final Map<String, Rule> rules = new HashMap<>();
    private final Map<Watch, List<Rule>> rulesOf = new HashMap<>();
    private final Map<Integer, CountMessage.SlotsSent> upstreams = new HashMap<>();
    private final TreeMap<Long, Map<Watch, TreeMap<String, Signs>>> slots = new TreeMap<>();
    private final TreeMap<Episode.Name, Episode> episodes = new TreeMap<>();

    /** Starts of the episodes of a rule and subject. */
    private final Map<String, TreeSet<Long>> starts = new HashMap<>();

    private final Baselines baselines = new Baselines();
    private final TreeSet<Long> judged = new TreeSet<>();
    private final Set<AlertKey> changed = new HashSet<>();
    private int signs;
    private long refused;

    public AlertMerger(AlertSettings settings) {
        this.settings = settings;
        settings.rules().forEach(rule -> rules.put(rule.name(), rule));
        Watch.ALL.forEach(watch -> rulesOf.put(watch, settings.rulesOf(watch)));
    }

    /**
     * Takes what a task saw.
     *
     * @return whether it was of use: its slot is still to be judged, and there is room
     * @throws IllegalArgumentException when its bytes are none of this version
     */
    public boolean accept(CountMessage.Signal signal) {
        Watch watch = Watch.of(signal.watch());
        long slot = Slots.startingAt(signal.slotStartMs());
        Signs more = Signs.fromBytes(signal.signs());
        if (judged.contains(slot) || signs >= MOST_SIGNS) {
            refused++;
            return false;
        }
        signsOf(new AlertKey.OfSigns(slot, watch, signal.subject())).add(more);
        return true;
    }

    private Signs signsOf(AlertKey.OfSigns key) {
        changed.add(key);
        return slots.computeIfAbsent(key.slot(), fresh -> new HashMap<>())
                .computeIfAbsent(key.watch(), fresh -> new TreeMap<>())
                .computeIfAbsent(
                        key.subject(),
                        fresh -> {
                            signs++;
                            return new Signs();
                        });
    }

    /** Takes how far a task has come. */
    public void accept(CountMessage.SlotsSent progress) {
        upstreams.put(progress.upstream(), progress);
        changed.add(new AlertKey.OfUpstream(progress.upstream()));
    }

    /** Slots that wait to be judged. */
    public int openSlots() {
        return slots.size();
    }

    /** Signals that came too late or were too many. */
    public long refused() {
        return refused;
    }

    /** The alerts that are open, as they were emitted last. */
    public List<DnsAlert> open() {
        List<DnsAlert> open = new ArrayList<>();
        for (Episode episode : episodes.values()) {
            Rule rule = rules.get(episode.name.rule());
            if (episode.open && rule != null) {
                open.add(episode.toRecord(rule, Episode.UPDATED));
            }
        }
        return open;
    }

    /** Judges the slots that are due; returns the alerts that opened, go on, or closed by it. */
    public List<DnsAlert> take() {
        List<DnsAlert> alerts = new ArrayList<>();
        long passed = upstreams.isEmpty() ? Long.MIN_VALUE : passed();
        while (!slots.isEmpty() && slots.firstKey() <= passed) {
            long slot = slots.firstKey();
            closeBefore(slot, alerts);
            judge(slot, alerts);
        }
        if (passed != Long.MIN_VALUE) {
            closeBefore(passed == Long.MAX_VALUE ? passed : passed + 1, alerts);
        }
        return alerts;
    }

    /** The last slot that all upstreams have passed which hold any. */
    private long passed() {
        long slowest = Long.MAX_VALUE;
        long fastest = Long.MIN_VALUE;
        boolean allEnded = true;
        for (CountMessage.SlotsSent progress : upstreams.values()) {
            long watermark = progress.throughUs();
            allEnded &= watermark == Long.MAX_VALUE;
            slowest = progress.holds() ? Math.min(slowest, watermark) : slowest;
            fastest = watermark == Long.MAX_VALUE ? fastest : Math.max(fastest, watermark);
        }
        long least = allEnded ? Long.MAX_VALUE : Math.min(slowest, fastest);
        return Slots.endingBy(least);
    }

    private void judge(long slot, List<DnsAlert> alerts) {
        Map<Watch, TreeMap<String, Signs>> subjects = slots.pollFirstEntry().getValue();
        for (Watch watch : Watch.ALL) {
            subjects.getOrDefault(watch, new TreeMap<>())
                    .forEach(
                            (subject, seen) -> {
                                signs--;
                                changed.add(new AlertKey.OfSigns(slot, watch, subject));
                                judge(slot, watch, subject, seen, alerts);
                            });
        }
        judged.add(slot);
        changed.add(new AlertKey.OfJudged(slot));
        if (judged.size() > MOST_JUDGED) {
            changed.add(new AlertKey.OfJudged(judged.pollFirst()));
        }
    }

    private void judge(long slot, Watch watch, String subject, Signs seen, List<DnsAlert> alerts) {
        boolean isServer = watch == Watch.SERVER;
        Baseline before = isServer ? baselines.before(subject, slot) : Baseline.NONE;
        boolean flooded = false;
        for (Rule rule : rulesOf.getOrDefault(watch, List.of())) {
            Episode running = running(rule, subject, slot);
            double excess = rule.excess(seen, before, running != null && running.open);
            if (excess >= 1 && !isIgnored(watch, subject)) {
                Episode episode = running == null ? begin(rule, subject, slot) : running;
                episode.add(rule, slot, seen, excess);
                report(rule, episode, alerts);
            }
            flooded |= excess >= 1 && rule instanceof NxdomainFlood;
        }
        if (isServer) {
            changed.add(new AlertKey.OfServer(subject));
            String displaced = baselines.put(subject, before.with(seen, flooded));
            if (displaced != null) {
                changed.add(new AlertKey.OfServer(displaced));
            }
        }
    }

    /** The episode that a slot goes on with; a candidate goes on without a gap only. */
    private @Nullable Episode running(Rule rule, String subject, long slot) {
        Long start = startsOf(rule.name(), subject).floor(slot);
        Episode episode =
                start == null ? null : episodes.get(new Episode.Name(rule.name(), subject, start));
        if (episode == null) {
            return null;
        }
        int gap = episode.open ? settings.closeAfter() : 1;
        return slot <= episode.last + gap ? episode : null;
    }

    private Episode begin(Rule rule, String subject, long slot) {
        Episode episode = new Episode(new Episode.Name(rule.name(), subject, slot));
        if (episodes.size() < MOST_EPISODES) {
            keep(episode);
        } else {
            refused++;
        }
        return episode;
    }

    private void keep(Episode episode) {
        Episode.Name name = episode.name;
        episodes.put(name, episode);
        starts.computeIfAbsent(name.rule() + '|' + name.subject(), fresh -> new TreeSet<>())
                .add(name.start());
    }

    private NavigableSet<Long> startsOf(String rule, String subject) {
        NavigableSet<Long> known = starts.get(rule + '|' + subject);
        return known == null ? new TreeSet<>() : known;
    }

    private void report(Rule rule, Episode episode, List<DnsAlert> alerts) {
        if (!episodes.containsKey(episode.name)) {
            return;
        }
        changed.add(new AlertKey.OfEpisode(episode.name));
        if (episode.open) {
            alerts.add(episode.toRecord(rule, Episode.UPDATED));
        } else if (episode.slots() >= settings.openAfter()) {
            episode.open = true;
            alerts.add(episode.toRecord(rule, Episode.OPENED));
        }
    }

    /** Ends the episodes that no slot from this one on can go on with. */
    private void closeBefore(long slot, List<DnsAlert> alerts) {
        List<Episode> over = new ArrayList<>();
        for (Episode episode : episodes.values()) {
            int gap = episode.open ? settings.closeAfter() : 1;
            if (episode.last + gap < slot) {
                over.add(episode);
            }
        }
        for (Episode episode : over) {
            Episode.Name name = episode.name;
            episodes.remove(name);
            NavigableSet<Long> left = startsOf(name.rule(), name.subject());
            left.remove(name.start());
            if (left.isEmpty()) {
                starts.remove(name.rule() + '|' + name.subject());
            }
            changed.add(new AlertKey.OfEpisode(name));
            Rule rule = rules.get(name.rule());
            if (episode.open && rule != null) {
                alerts.add(episode.toRecord(rule, Episode.CLOSED));
            }
        }
    }

    private boolean isIgnored(Watch watch, String subject) {
        return settings.ignored()
                .contains(watch == Watch.SERVER ? Subject.addressOf(subject) : subject);
    }

    /** Writes what changed since the last drain. */
    public void drain(StateWriter writer) {
        for (AlertKey key : changed) {
            ByteWriter out = new ByteWriter().u8(AlertKey.VERSION);
            if (write(key, out)) {
                writer.put(key.encode(), out.toBytes());
            } else {
                writer.delete(key.encode());
            }
        }
        changed.clear();
    }

    /** Writes an entry's value; returns whether there is one. */
    private boolean write(AlertKey key, ByteWriter out) {
        switch (key) {
            case AlertKey.OfUpstream of -> {
                CountMessage.SlotsSent progress = upstreams.get(of.upstream());
                if (progress == null) {
                    return false;
                }
                out.i64(progress.throughUs()).u8(progress.holds() ? 1 : 0);
            }
            case AlertKey.OfSigns of -> {
                Signs seen =
                        slots.getOrDefault(of.slot(), Map.of())
                                .getOrDefault(of.watch(), new TreeMap<>())
                                .get(of.subject());
                if (seen == null) {
                    return false;
                }
                seen.write(out);
            }
            case AlertKey.OfEpisode of -> {
                Episode episode = episodes.get(of.name());
                if (episode == null) {
                    return false;
                }
                episode.write(out);
            }
            case AlertKey.OfServer of -> {
                Baseline known = baselines.get(of.subject());
                if (known == null) {
                    return false;
                }
                known.write(out);
            }
            case AlertKey.OfJudged of -> {
                return judged.contains(of.slot());
            }
        }
        return true;
    }

    /**
     * Takes back what a drain wrote, in any order.
     *
     * @throws IllegalArgumentException when the bytes are none of this version
     */
    public void restore(byte[] key, byte[] value) {
        ByteReader in = new ByteReader(value);
        in.version(AlertKey.VERSION, "state of alerts");
        switch (AlertKey.decode(key)) {
            case AlertKey.OfUpstream of ->
                    upstreams.put(
                            of.upstream(),
                            new CountMessage.SlotsSent(of.upstream(), in.i64(), in.u8() != 0));
            case AlertKey.OfSigns of -> signsOf(of).add(Signs.read(in));
            case AlertKey.OfEpisode of -> keep(Episode.read(of.name(), in));
            case AlertKey.OfServer of -> baselines.put(of.subject(), Baseline.read(in));
            case AlertKey.OfJudged of -> judged.add(of.slot());
        }
        changed.clear();
    }
}
