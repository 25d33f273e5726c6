/** Tests of the decoder, with dnsjava as an independent opinion. */
@NullMarked
package io.stream53.dns;

import org.jspecify.annotations.NullMarked;
