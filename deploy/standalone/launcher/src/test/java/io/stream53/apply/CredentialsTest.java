package io.stream53.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {
    @TempDir private Path folder;

    private static Credentials of(Map<String, String> environment) {
        return Credentials.of("ELASTICSEARCH", environment);
    }

    @Test
    void areOfTheEnvironmentOrOfFilesThatItNames() throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), "p\"\\w\n");
        assertThat(of(Map.of()).header()).isNull();
        assertThat(
                        of(Map.of(
                                        "ELASTICSEARCH_USERNAME",
                                        "u",
                                        "ELASTICSEARCH_PASSWORD",
                                        "p\"\\w"))
                                .header())
                .isEqualTo("Basic dTpwIlx3");
        assertThat(
                        of(Map.of(
                                        "ELASTICSEARCH_USERNAME",
                                        "u",
                                        "ELASTICSEARCH_PASSWORD_FILE",
                                        file.toString()))
                                .header())
                .isEqualTo("Basic dTpwIlx3");
        assertThat(of(Map.of("ELASTICSEARCH_API_KEY", "abc")).header()).isEqualTo("ApiKey abc");
    }

    @Test
    void aHalfIsAnErrorAndNoMessageHoldsASecret() {
        assertThatThrownBy(() -> of(Map.of("ELASTICSEARCH_PASSWORD", "hidden")))
                .hasMessageContaining("ELASTICSEARCH_USERNAME")
                .hasMessageNotContaining("hidden");
        assertThatThrownBy(() -> of(Map.of("ELASTICSEARCH_API_KEY_FILE", "/no/such")))
                .hasMessageContaining("ELASTICSEARCH_API_KEY_FILE names /no/such");
        assertThat(of(Map.of("ELASTICSEARCH_API_KEY", "hidden")).toString())
                .doesNotContain("hidden");
    }

    @Test
    void ofTheDashboardsAreTheEnginesUnlessSet() {
        Credentials engine = of(Map.of("ELASTICSEARCH_API_KEY", "abc"));
        assertThat(Credentials.of("DASHBOARDS", Map.of()).or(engine).header())
                .isEqualTo("ApiKey abc");
        assertThat(
                        Credentials.of("DASHBOARDS", Map.of("DASHBOARDS_API_KEY", "own"))
                                .or(engine)
                                .header())
                .isEqualTo("ApiKey own");
    }
}
