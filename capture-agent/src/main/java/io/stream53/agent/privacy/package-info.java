/**
 * What is changed in a message before its key and record are made, so that people cannot be told by
 * it (RFC 8932): client addresses, EDNS client subnets and labels.
 */
@NullMarked
package io.stream53.agent.privacy;

import org.jspecify.annotations.NullMarked;
