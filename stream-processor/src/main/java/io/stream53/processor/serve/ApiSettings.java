package io.stream53.processor.serve;

import java.time.Duration;

/**
 * How the HTTP side answers.
 *
 * @param allowOrigin what {@code Access-Control-Allow-Origin} says; empty for none
 * @param forwardTimeout how long other instances are waited for
 * @param liveClients how many may watch live at once
 */
public record ApiSettings(String allowOrigin, Duration forwardTimeout, int liveClients) {
    public static final ApiSettings DEFAULT = new ApiSettings("", Duration.ofSeconds(3), 20);
}
