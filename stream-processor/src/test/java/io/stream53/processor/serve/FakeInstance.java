package io.stream53.processor.serve;

import java.util.List;
import java.util.Map;

/** An instance that says what a test wants. */
final class FakeInstance implements Instance {
    StatusServer.Health health = StatusServer.Health.READY;
    int partitions = 1;
    List<Member> members = List.of();
    Map<Integer, Long> lag = Map.of();

    @Override
    public StatusServer.Health health() {
        return health;
    }

    @Override
    public String state() {
        return "RUNNING";
    }

    @Override
    public Map<Integer, Long> lag() {
        return lag;
    }

    @Override
    public boolean isCaughtUp(int partition) {
        return true;
    }

    @Override
    public int partitions() {
        return partitions;
    }

    @Override
    public List<Member> members() {
        return members;
    }
}
