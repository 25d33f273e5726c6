/**
 * Tests of the schemas: golden bytes of every published version, the rules of evolution, and the
 * reference in docs/schema.md. {@code mvn test -pl schemas -Dgolden.update=true} writes the files
 * that these tests compare with.
 */
@NullMarked
package io.stream53.serde;

import org.jspecify.annotations.NullMarked;
