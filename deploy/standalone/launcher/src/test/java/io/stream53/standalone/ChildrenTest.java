package io.stream53.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.stream53.standalone.Children.Tier;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildrenTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir private Path folder;

    /** A child that does nothing until it is ended. */
    static final class Idle {
        private Idle() {}

        public static void main(String[] arguments) throws InterruptedException {
            System.out.println("idle");
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    /** A child that cannot start. */
    static final class Failing {
        private Failing() {}

        public static void main(String[] arguments) {
            if (arguments.length == 0) {
                throw new IllegalStateException("the disk is full");
            }
        }
    }

    /** A launcher with one child, whose process id it prints. */
    static final class OneChild {
        private OneChild() {}

        public static void main(String[] arguments) throws InterruptedException {
            System.out.println(child(Path.of(arguments[0]), Idle.class).pid());
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    private static Child child(Path log, Class<?> main) {
        List<String> java = List.of(java(), "-Xmx32m", "-XX:TieredStopAtLevel=1");
        Programs.Command command =
                new Programs.Command(System.getProperty("java.class.path"), java)
                        .main(main.getName());
        return Child.start("child", command, log, ProcessBuilder.Redirect.PIPE);
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private Path log() {
        return folder.resolve("child.log");
    }

    private void awaitIdle() {
        await().atMost(LONG).until(() -> Files.readString(log()).contains("idle"));
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    @Test
    void endsItsChildren() {
        Child child = child(log(), Idle.class);
        try (Children children = new Children()) {
            children.add(Tier.WORKERS, child);
            awaitIdle();
            assertThat(child.alive()).isTrue();
        }
        assertThat(child.alive()).isFalse();
    }

    @Test
    void childrenEndWhenTheLauncherIsKilled() throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(java(), "-Xmx32m", OneChild.class.getName(), log().toString());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        Process launcher = builder.start();
        try (BufferedReader out = launcher.inputReader()) {
            long child = Long.parseLong(out.readLine().strip());
            awaitIdle();
            launcher.destroyForcibly();
            await().atMost(LONG).until(() -> !isAlive(child));
        } finally {
            launcher.destroyForcibly();
        }
    }

    @Test
    void theTerminalsInterruptDoesNotReachAChild() throws Exception {
        Child child = child(log(), Idle.class);
        try (Children children = new Children()) {
            children.add(Tier.WORKERS, child);
            awaitIdle();
            signal("INT", child.pid());
            signal("HUP", child.pid());
            // An orderly end shows that it still was there to be ended.
            assertThat(child.alive()).isTrue();
            child.terminate();
            child.awaitEnd(LONG);
            assertThat(child.status()).isEqualTo(128 + 15);
        }
    }

    private static void signal(String name, long pid) throws Exception {
        String[] words = {"kill", "-" + name, Long.toString(pid)};
        assertThat(new ProcessBuilder(words).start().waitFor()).isZero();
    }

    @Test
    void aChildThatDiesIsNamedWithTheLastLineOfItsLog() {
        Child child = child(log(), Failing.class);
        child.awaitEnd(LONG);
        assertThatThrownBy(child::checkAlive)
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("The child ended with status 1; its log " + log())
                .hasMessageEndingWith("the disk is full");
    }

    @Test
    void nothingIsStartedWhileThePipelineEnds() {
        Children children = new Children();
        children.close();
        Child child = child(log(), Idle.class);
        assertThatThrownBy(() -> children.add(Tier.AGENT, child)).isInstanceOf(UserError.class);
        assertThat(child.alive()).isFalse();
    }
}
