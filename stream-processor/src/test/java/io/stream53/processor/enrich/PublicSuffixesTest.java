package io.stream53.processor.enrich;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublicSuffixesTest {
    private static final PublicSuffixes SUFFIXES = new PublicSuffixes();

    @ParameterizedTest
    @CsvSource({
        // Plain, and with rules of several labels.
        "www.example.com, com, example.com, www",
        "a.b.example.co.uk, co.uk, example.co.uk, a.b",
        "example.com, com, example.com,",
        // A public suffix itself, a single label, a name that no rule matches.
        "co.uk, co.uk,,",
        "com, com,,",
        "localhost, localhost,,",
        "www.host.test, test, host.test, www",
        // Wildcards and their exceptions.
        "a.b.foo.ck, foo.ck, b.foo.ck, a",
        "foo.ck, foo.ck,,",
        "ck, ck,,",
        "www.ck, ck, www.ck,",
        "x.www.ck, ck, www.ck, x",
        "kawasaki.jp, jp, kawasaki.jp,",
        "b.kawasaki.jp, b.kawasaki.jp,,",
        "x.city.kawasaki.jp, kawasaki.jp, city.kawasaki.jp, x",
        // The list's private part.
        "www.name.github.io, github.io, name.github.io, www",
        // Reverse names.
        "1.0.0.127.in-addr.arpa, in-addr.arpa, 127.in-addr.arpa, 1.0.0",
        "8.b.d.0.1.0.0.2.ip6.arpa, ip6.arpa, 2.ip6.arpa, 8.b.d.0.1.0.0",
        // Labels that host names do not have.
        "_dmarc.example.com, com, example.com, _dmarc",
        "_tcp.com, com, _tcp.com,",
        "a\\046b.c\\000.com, com, c\\000.com, a\\046b",
        "x.\\255\\255, \\255\\255, x.\\255\\255,",
        "-.--.com, com, --.com, -",
        // International names: A-labels, and UTF-8 on the wire.
        "www.xn--85x722f.xn--55qx5d.cn, xn--55qx5d.cn, xn--85x722f.xn--55qx5d.cn, www",
        "www.b\\195\\188cher.de, de, xn--bcher-kva.de, www",
    })
    void splitsANameByTheLongestRule(
            String name,
            @Nullable String suffix,
            @Nullable String registered,
            @Nullable String subdomain) {
        assertThat(SUFFIXES.split(name))
                .isEqualTo(new PublicSuffixes.Split(suffix, registered, subdomain));
    }

    @Test
    void theRootAndNoNameHaveNoParts() {
        assertThat(SUFFIXES.split(".")).isEqualTo(new PublicSuffixes.Split(null, null, null));
        assertThat(SUFFIXES.split("")).isEqualTo(new PublicSuffixes.Split(null, null, null));
    }

    @Test
    void takesTheLongestNameThatThereIs() {
        String name = "a.".repeat(126) + "com";

        assertThat(SUFFIXES.split(name).subdomain()).isEqualTo("a.".repeat(124) + "a");
    }

    @Test
    void givesTheSameFromTheCache() {
        for (int i = 0; i < 100_000; i++) {
            assertThat(SUFFIXES.split("n" + i + ".org").registeredDomain())
                    .isEqualTo("n" + i + ".org");
        }
        assertThat(SUFFIXES.split("n1.org").registeredDomain()).isEqualTo("n1.org");
    }
}
