package io.stream53.endtoend;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What docs/architecture.md says of the folders, checked against the classes. */
class ArchitectureTest {
    private static JavaClasses stream53;

    @BeforeAll
    static void importClasses() {
        stream53 =
                new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("io.stream53");
        assertThat(stream53.size()).isGreaterThan(50);
    }

    @Test
    void pcap4jIsKnownToItsSourceOnly() {
        noClasses()
                .that()
                .haveSimpleNameNotStartingWith("Pcap4j")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.pcap4j..")
                .check(stream53);
    }

    @Test
    void decodingMatchingAndCountingKnowNoKafkaNoNetworkAndNoFiles() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.stream53.dns..",
                        "io.stream53.agent.packet..",
                        "io.stream53.agent.filter..",
                        "io.stream53.processor.match..",
                        "io.stream53.processor.count..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage(
                                "org.apache.kafka..",
                                "java.net.http..",
                                "java.nio.file..",
                                "java.nio.channels.."))
                .check(stream53);
    }

    @Test
    void enrichingKnowsNoKafka() {
        noClasses()
                .that()
                .resideInAPackage("io.stream53.processor.enrich..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka..")
                .check(stream53);
    }

    @Test
    void pureStagesReadNoClock() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.stream53.dns..",
                        "io.stream53.agent.packet..",
                        "io.stream53.agent.filter..",
                        "io.stream53.processor.match..",
                        "io.stream53.processor.count..")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .check(stream53);
    }

    @Test
    void agentProcessorAndSinkDoNotKnowEachOther() {
        classes()
                .that()
                .resideInAPackage("io.stream53.agent..")
                .should()
                .onlyDependOnClassesThat(notOf("io.stream53.processor..", "io.stream53.connect.."))
                .check(stream53);
        classes()
                .that()
                .resideInAPackage("io.stream53.processor..")
                .should()
                .onlyDependOnClassesThat(notOf("io.stream53.agent..", "io.stream53.connect.."))
                .check(stream53);
        classes()
                .that()
                .resideInAPackage("io.stream53.connect..")
                .should()
                .onlyDependOnClassesThat(notOf("io.stream53.agent..", "io.stream53.processor.."))
                .check(stream53);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.stream53.(**)").should().beFreeOfCycles().check(stream53);
    }

    private static com.tngtech.archunit.base.DescribedPredicate<
                    com.tngtech.archunit.core.domain.JavaClass>
            notOf(String... packages) {
        return com.tngtech.archunit.base.DescribedPredicate.not(resideInAnyPackage(packages));
    }
}
