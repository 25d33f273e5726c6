package io.stream53.standalone;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the children's programs are and how each is called.
 *
 * @param java the java executable
 * @param classpath of the launcher, the broker, Connect, the processor and the agent
 * @param registry folder of the unpacked registry
 * @param searchEngine classpath of the search engine
 */
record Programs(Path java, String classpath, Path registry, String searchEngine) {
    private static final int BROKER_HEAP_MB = 384;
    private static final int REGISTRY_HEAP_MB = 192;
    private static final int SEARCH_HEAP_MB = 512;
    private static final int CONNECT_HEAP_MB = 256;
    private static final int PROCESSOR_HEAP_MB = 384;
    private static final int AGENT_HEAP_MB = 128;

    /** The programs of the build in the checkout that the launcher was called from. */
    static Programs locate() {
        Path standalone =
                Path.of(System.getProperty("stream53.root", ".")).resolve("deploy/standalone");
        Path registry = standalone.resolve("launcher/target/registry");
        Path search = standalone.resolve("search-engine/target");
        if (!Files.exists(registry.resolve("quarkus-run.jar"))
                || !Files.isDirectory(search.resolve("lib"))) {
            throw new UserError(
                    "The build is not complete: run 'mvn -DskipTests package' in the checkout.");
        }
        return new Programs(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"),
                registry,
                search.resolve("classes") + File.pathSeparator + search.resolve("lib") + "/*");
    }

    Command broker(Path folder, int port, int controllerPort) {
        return command(classpath, BROKER_HEAP_MB, List.of())
                .main(BrokerMain.class.getName())
                .arguments(folder, port, controllerPort);
    }

    Command registry(Path folder, int port, int managementPort) {
        List<String> flags =
                List.of(
                        "-XX:TieredStopAtLevel=1",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "-Dquarkus.http.host=127.0.0.1",
                        "-Dquarkus.http.port=" + port,
                        "-Dquarkus.management.host=127.0.0.1",
                        "-Dquarkus.management.port=" + managementPort,
                        "-Dquarkus.log.level=INFO",
                        "-Dapicurio.storage.kind=sql",
                        "-Dapicurio.storage.sql.kind=h2",
                        "-Dapicurio.datasource.url=jdbc:h2:file:" + folder.resolve("registry"),
                        "-Dapicurio.datasource.jdbc.initial-size=2",
                        "-Dapicurio.datasource.jdbc.min-size=2");
        String path = registry.resolve("quarkus-run.jar") + File.pathSeparator + ownCode();
        return command(path, REGISTRY_HEAP_MB, flags)
                .main("io.quarkus.bootstrap.runner.QuarkusEntryPoint");
    }

    Command searchEngine(Path folder, int port, String cluster) {
        List<String> flags = List.of("--add-modules", "jdk.incubator.vector");
        return command(searchEngine + File.pathSeparator + ownCode(), SEARCH_HEAP_MB, flags)
                .main("io.stream53.standalone.search.SearchEngineMain")
                .arguments(folder, port, cluster);
    }

    Command connect(Path folder, int port, String bootstrap) {
        return command(classpath, CONNECT_HEAP_MB, List.of())
                .main(ConnectMain.class.getName())
                .arguments(folder, port, bootstrap);
    }

    Command processor(List<String> arguments) {
        return command(classpath, PROCESSOR_HEAP_MB, List.of())
                .main("io.stream53.processor.ProcessorMain")
                .arguments(arguments.toArray());
    }

    Command agent(List<String> arguments) {
        return capturing(classpath, AGENT_HEAP_MB, List.of())
                .main("io.stream53.agent.AgentMain")
                .arguments(arguments.toArray());
    }

    /** The part of the classpath that holds {@link Watched}, for programs that are not ours. */
    private static String ownCode() {
        return Path.of(Watched.class.getProtectionDomain().getCodeSource().getLocation().getPath())
                .toString();
    }

    private Command command(String path, int heapMb, List<String> flags) {
        return capturing(path, heapMb, flags).withoutCapture();
    }

    private Command capturing(String path, int heapMb, List<String> flags) {
        List<String> words = new ArrayList<>();
        words.add(java.toString());
        words.add("-Xms32m");
        words.add("-Xmx" + heapMb + "m");
        words.add("-XX:+UseSerialGC");
        words.add("-XX:+ExitOnOutOfMemoryError");
        words.add("--enable-native-access=ALL-UNNAMED");
        words.add("--sun-misc-unsafe-memory-access=allow");
        words.add("-Dlogback.configurationFile=stream53-child-logback.xml");
        words.addAll(flags);
        return new Command(path, words);
    }

    /**
     * One child's command line.
     *
     * @param classpath given in the environment, so that process lists stay readable
     */
    record Command(String classpath, List<String> words) {
        /** The same without the right to capture, which only the agent needs. */
        Command withoutCapture() {
            List<String> all = new ArrayList<>(CaptureRight.dropping());
            all.addAll(words);
            return new Command(classpath, all);
        }

        /**
         * A shell in front ignores the terminal's signals, and the JVM leaves what is ignored so:
         * on Ctrl-C the launcher ends its children in order instead of all at once.
         */
        private static final List<String> SHELL =
                List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$0\" \"$@\"");

        Command main(String type) {
            List<String> all = new ArrayList<>(SHELL);
            all.addAll(words);
            all.add(Watched.class.getName());
            all.add(Long.toString(ProcessHandle.current().pid()));
            all.add(type);
            return new Command(classpath, all);
        }

        Command arguments(Object... arguments) {
            List<String> all = new ArrayList<>(words);
            for (Object argument : arguments) {
                all.add(argument.toString());
            }
            return new Command(classpath, all);
        }
    }
}
