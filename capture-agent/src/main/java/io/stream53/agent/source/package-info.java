/**
 * Where frames come from: capture files, alone or in a watched folder, and interfaces, behind one
 * interface. A source hands each frame to a {@link io.stream53.agent.source.FrameHandler} on the
 * thread that runs it and knows nothing of what is inside.
 */
@NullMarked
package io.stream53.agent.source;

import org.jspecify.annotations.NullMarked;
