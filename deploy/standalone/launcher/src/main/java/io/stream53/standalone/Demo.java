package io.stream53.standalone;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "The whole pipeline on this machine.")
final class Demo implements Callable<Integer> {
    @Option(names = "--data")
    private @Nullable Path data;

    @Override
    public Integer call() throws InterruptedException {
        long t = System.nanoTime();
        Ports p = new Ports();
        Endpoints e =
                new Endpoints(p.free(), p.free(), p.free(), p.free(), p.free(), p.free(), p.free());
        DataFolder folder = DataFolder.open(data);
        Pipeline pipeline = new Pipeline(Programs.locate(), folder, e);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    long s = System.nanoTime();
                                    pipeline.close();
                                    folder.close();
                                    System.err.println(
                                            "closed in " + (System.nanoTime() - s) / 1000000);
                                }));
        new Startup(pipeline, () -> {}, () -> {}, () -> {}).run();
        System.err.println("all up after " + (System.nanoTime() - t) / 1000000);
        pipeline.figures().forEach(System.err::println);
        while (true) {
            Thread.sleep(500);
            pipeline.children().checkAlive();
        }
    }
}
