/** Tests of the sink against a scripted engine, and of the files a user hands to Kafka Connect. */
@NullMarked
package io.stream53.connect;

import org.jspecify.annotations.NullMarked;
