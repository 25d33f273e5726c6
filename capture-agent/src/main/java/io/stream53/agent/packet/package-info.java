/**
 * From a captured frame to DNS messages: link layer, IP, UDP and TCP. Everything here is pure and
 * reuses its objects; each frame is either ignored, or gives messages, or one drop with its reason.
 */
@NullMarked
package io.stream53.agent.packet;

import org.jspecify.annotations.NullMarked;
