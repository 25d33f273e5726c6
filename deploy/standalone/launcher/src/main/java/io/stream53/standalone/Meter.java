package io.stream53.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import io.stream53.ledger.AgentLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads how far everything is, for progress lines and to see that something moves. */
final class Meter {
    private static final long SAY_EVERY_NS = 2_000_000_000L;

    private final Pipeline pipeline;
    private String said = "";
    private String figures = "";
    private long transactions;
    private long indexed;
    private long saidNs = System.nanoTime();

    Meter(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    /** The sum of the ledgers of all agents that ran on the data folder. */
    AgentLedger agents() {
        AgentLedger sum = AgentLedger.EMPTY;
        for (Path file : ledgers()) {
            sum = sum.plus(read(file));
        }
        return sum;
    }

    private List<Path> ledgers() {
        try (var files = Files.list(pipeline.data().of("ledgers"))) {
            return files.filter(file -> file.toString().endsWith(".json")).toList();
        } catch (IOException e) {
            throw new UserError("The agents' ledgers cannot be read: " + e.getMessage() + ".");
        }
    }

    private static AgentLedger read(Path file) {
        try {
            return Http.JSON.readValue(file.toFile(), AgentLedger.class);
        } catch (NoSuchFileException e) {
            return AgentLedger.EMPTY;
        } catch (IOException e) {
            throw new UserError("The ledger %s cannot be read: %s.".formatted(file, e));
        }
    }

    /** The processor's figures, while it answers. */
    Optional<JsonNode> processor() {
        return pipeline.http().find(pipeline.endpoints().processor() + "/ledger");
    }

    /** Documents of transactions that can be found by now. */
    private long indexed() {
        return pipeline.http()
                .find(pipeline.endpoints().search() + "/dns-enriched-*/_count")
                .map(answer -> answer.path("count").asLong())
                .orElse(indexed);
    }

    /** One line with the counts at every stage. */
    private String line() {
        AgentLedger agents = agents();
        // Who does not answer now has not lost anything.
        transactions =
                processor()
                        .map(ledger -> ledger.path("transactions").asLong())
                        .orElse(transactions);
        indexed = indexed();
        return "captured %,d, published %,d, transactions %,d, indexed %,d"
                .formatted(agents.captured(), agents.published(), transactions, indexed);
    }

    /**
     * Says the counts when they have changed, not too often.
     *
     * @return all figures as they were last read: different ones mean that something has moved
     */
    String sayWhenChanged() {
        if (System.nanoTime() - saidNs >= SAY_EVERY_NS) {
            saidNs = System.nanoTime();
            String line = line();
            if (!line.equals(said)) {
                said = line;
                DemoRun.say(line);
            }
            figures = line + processor();
        }
        return figures;
    }
}
