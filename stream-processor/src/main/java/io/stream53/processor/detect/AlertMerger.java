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
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Adds the tasks' signs up by slot, judges each slot once no upstream can add to it in the usual
 * course, in the order of their times, and makes alerts of it. Give it every {@link
 * CountMessage.Signal} and {@link CountMessage.SlotsSent} of its partition, call {@link #take} each
 * second or so, and send what it returns. For one thread.
 *
 * <p>A slot is judged when it is over for those nodes that are near it ({@link Passing}). What
 * comes for it later, of a node whose clock is behind, is judged on its own.
 */
public final class AlertMerger {
    /** Subjects of slots that wait to be judged; what exceeds them is refused. */
    private static final int MOST_SIGNS = 20_000;

    private static final int MOST_EPISODES = 10_000;

    private final AlertSettings settings;
    private final Map<String, Rule> rules = new HashMap<>();
    private final Map<Watch, List<Rule>> rulesOf = new HashMap<>();
    private final Map<Integer, CountMessage.SlotsSent> upstreams = new HashMap<>();
    private final TreeMap<Long, Map<Watch, TreeMap<String, Signs>>> slots = new TreeMap<>();
    private final TreeMap<Episode.Name, Episode> episodes = new TreeMap<>();

    /** Starts of the episodes of a rule and subject. */
    private final Map<String, TreeSet<Long>> starts = new HashMap<>();

    private final Baselines baselines = new Baselines();

    /** Entries of earlier versions, which nobody needs. */
    private final Set<AlertKey.OfJudged> outdated = new HashSet<>();

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
     * @return whether it was of use: there is room, and a server's slot was not judged
     * @throws IllegalArgumentException when its bytes are none of this version
     */
    public boolean accept(CountMessage.Signal signal) {
        Watch watch = Watch.of(signal.watch());
        long slot = Slots.startingAt(signal.slotStartMs());
        Signs more = Signs.fromBytes(signal.signs());
        boolean late = watch == Watch.SERVER && baselines.knows(signal.subject(), slot);
        if (late || signs >= MOST_SIGNS) {
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

    /** Tasks that told how far they have come. */
    public int tasks() {
        return upstreams.size();
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
        Map<Long, Boolean> over = new HashMap<>();
        LongPredicate isOver =
                slot ->
                        over.computeIfAbsent(
                                slot, asked -> Passing.isOver(asked, upstreams.values()));
        for (long slot : List.copyOf(slots.keySet())) {
            if (isOver.test(slot)) {
                close(end -> end < slot && isOver.test(end), alerts);
                judge(slot, alerts);
            }
        }
        close(isOver, alerts);
        return alerts;
    }

    private void judge(long slot, List<DnsAlert> alerts) {
        Map<Watch, TreeMap<String, Signs>> subjects = slots.remove(slot);
        if (subjects == null) {
            return;
        }
        for (Watch watch : Watch.ALL) {
            subjects.getOrDefault(watch, new TreeMap<>())
                    .forEach(
                            (subject, seen) -> {
                                signs--;
                                changed.add(new AlertKey.OfSigns(slot, watch, subject));
                                judge(slot, watch, subject, seen, alerts);
                            });
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

    /**
     * Ends the episodes that nothing can go on with.
     *
     * @param isOver takes the last slot in which an episode might go on
     */
    private void close(LongPredicate isOver, List<DnsAlert> alerts) {
        List<Episode> over = new ArrayList<>();
        for (Episode episode : episodes.values()) {
            int gap = episode.open ? settings.closeAfter() : 1;
            if (isOver.test(episode.last + gap)) {
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
        changed.addAll(outdated);
        outdated.clear();
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
                progress.write(out);
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
            case AlertKey.OfJudged _ -> {
                return false;
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
                    upstreams.put(of.upstream(), CountMessage.SlotsSent.read(of.upstream(), in));
            case AlertKey.OfSigns of -> signsOf(of).add(Signs.read(in));
            case AlertKey.OfEpisode of -> keep(Episode.read(of.name(), in));
            case AlertKey.OfServer of -> baselines.put(of.subject(), Baseline.read(in));
            case AlertKey.OfJudged of -> outdated.add(of);
        }
        changed.clear();
    }
}
