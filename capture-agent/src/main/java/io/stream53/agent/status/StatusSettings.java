package io.stream53.agent.status;

/**
 * Where the agent tells of itself.
 *
 * @param listen host:port; empty: nowhere
 */
public record StatusSettings(String listen) {}
