package io.stream53.processor.enrich;

import static org.assertj.core.api.Assertions.assertThat;

import io.stream53.fixtures.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecialUseTest {
    @ParameterizedTest
    @CsvSource({
        "local, local",
        "printer.local, local",
        "_ipp._tcp.local, local",
        "localhost, localhost",
        "a.b.test, test",
        "x.invalid, invalid",
        "example, example",
        "www.example.com, example.com",
        "example.net, example.net",
        "deep.www.example.org, example.org",
        "facebook.onion, onion",
        "x.alt, alt",
        "home.arpa, home.arpa",
        "1.0.0.10.in-addr.arpa, 10.in-addr.arpa",
        "1.0.31.172.in-addr.arpa, 31.172.in-addr.arpa",
        "171.0.0.192.in-addr.arpa, 171.0.0.192.in-addr.arpa",
        "1.a.e.f.ip6.arpa, a.e.f.ip6.arpa",
        "_dns.resolver.arpa, resolver.arpa",
        "x.eap-noob.arpa, eap-noob.arpa",
        "x.eap.arpa, eap.arpa"
    })
    void aRegisteredNameAndAllUnderItAreSpecial(String name, String registered) {
        assertThat(SpecialUse.of(name)).isEqualTo(registered);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "com",
                "arpa",
                "in-addr.arpa",
                "notlocal",
                "x.notlocal",
                "a\\046local",
                "local.com",
                "myexample.com",
                "example.com.de",
                "32.172.in-addr.arpa",
                "110.in-addr.arpa",
                "172.in-addr.arpa",
                "internal",
                "test\\000"
            })
    void othersAreNot(String name) {
        assertThat(SpecialUse.of(name)).isNull();
    }

    @Test
    void theDocumentationListsWhatTheCodeHasAndNothingElse() throws IOException {
        String page = Files.readString(Requires.repository().resolve("docs/labels.md"));
        String table =
                page.substring(page.indexOf("## special-use"), page.indexOf("## What they cost"));
        var listed =
                Pattern.compile("`([a-z0-9.-]+)`")
                        .matcher(table.substring(table.indexOf("| ---")))
                        .results()
                        .map(found -> found.group(1))
                        .toList();
        assertThat(listed).containsExactlyInAnyOrderElementsOf(SpecialUse.all());
    }
}
