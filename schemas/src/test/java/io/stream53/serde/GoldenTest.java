package io.stream53.serde;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes of every published version of a schema stay readable, by the classes of today. */
class GoldenTest {
    private static final String HOW_TO =
            "Before a release, mvn test -pl schemas -Dgolden.update=true rewrites the newest version."
                    + " After one, published bytes never change: make the folder of the next version,"
                    + " copy the JSON files, and run the same.";

    static List<Golden.Sample> samples() throws IOException {
        List<Golden.Sample> samples = new ArrayList<>();
        for (String schemaName : Golden.SCHEMAS) {
            for (Golden.Version version : Golden.versions(schemaName)) {
                samples.addAll(Golden.samples(version));
            }
        }
        return samples;
    }

    static List<Golden.Version> newest() throws IOException {
        List<Golden.Version> newest = new ArrayList<>();
        for (String schemaName : Golden.SCHEMAS) {
            newest.add(Golden.versions(schemaName).getLast());
        }
        return newest;
    }

    @BeforeAll
    static void updateWhenAsked() throws IOException {
        if (!Golden.UPDATE) {
            return;
        }
        ObjectWriter pretty = Golden.JSON.writerWithDefaultPrettyPrinter();
        for (Golden.Version version : newest()) {
            Files.copy(
                    Golden.sourceFile(version.schemaName()),
                    version.schemaFile(),
                    StandardCopyOption.REPLACE_EXISTING);
            for (Golden.Sample sample : Golden.samples(version)) {
                Object data = PlainJson.data(read(sample), version.schema());
                Files.write(sample.avro(), encode(data, version.schema()));
                JsonNode complete = PlainJson.json(data, version.schema());
                Files.writeString(sample.json(), pretty.writeValueAsString(complete) + "\n");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("newest")
    void theNewestVersionIsTheCurrentSchema(Golden.Version version) throws IOException {
        assertThat(version.schemaFile())
                .as(HOW_TO)
                .hasSameTextualContentAs(Golden.sourceFile(version.schemaName()));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void theSampleIsWrittenAsTheseBytes(Golden.Sample sample) throws IOException {
        Schema schema = sample.version().schema();
        assertThat(encode(PlainJson.data(read(sample), schema), schema))
                .as(HOW_TO)
                .isEqualTo(Files.readAllBytes(sample.avro()));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void theClassesOfTodayReadTheBytesAndWriteThemAgain(Golden.Sample sample) throws IOException {
        Schema written = sample.version().schema();
        SpecificRecord record = decode(Files.readAllBytes(sample.avro()), written);

        // Fields that came later have their defaults, fields that went are not there.
        JsonNode actual = PlainJson.json(record, record.getSchema());
        assertThat(differences("", read(sample), Objects.requireNonNull(actual))).isEmpty();

        boolean current = written.equals(AvroModel.published(record.getSchema()));
        if (current) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
            AvroModel.writer(record, record.getSchema()).write(record, encoder);
            encoder.flush();
            assertThat(bytes.toByteArray()).isEqualTo(Files.readAllBytes(sample.avro()));
        }
    }

    @ParameterizedTest
    @MethodSource("newest")
    void theSamplesTogetherSetEveryField(Golden.Version version) throws IOException {
        Set<String> missing = new TreeSet<>();
        paths("", version.schema(), missing);
        for (Golden.Sample sample : Golden.samples(version)) {
            removePresent("", read(sample), missing);
        }
        assertThat(missing).as("fields that no sample of " + version + " sets").isEmpty();
    }

    private static JsonNode read(Golden.Sample sample) throws IOException {
        return Golden.JSON.readTree(Files.readAllBytes(sample.json()));
    }

    private static byte[] encode(@Nullable Object data, Schema schema) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        new GenericDatumWriter<>(schema).write(data, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }

    private static SpecificRecord decode(byte[] bytes, Schema written) throws IOException {
        Class<?> type = Objects.requireNonNull(AvroModel.generatedClass(written));
        return (SpecificRecord)
                AvroModel.specificReader(written, type)
                        .read(
                                null,
                                new CheckedDecoder()
                                        .over(DecoderFactory.get().binaryDecoder(bytes, null)));
    }

    private static List<String> differences(String path, JsonNode expected, JsonNode actual) {
        if (expected.isArray() && expected.size() == actual.size()) {
            List<String> differences = new ArrayList<>();
            for (int i = 0; i < expected.size(); i++) {
                differences.addAll(differences(path + "/" + i, expected.get(i), actual.get(i)));
            }
            return differences;
        }
        if (!expected.isObject()) {
            // As text: one tree holds an int where the other holds the same long.
            return expected.toString().equals(actual.toString())
                    ? List.of()
                    : List.of(path + ": " + actual + ", not " + expected);
        }
        List<String> differences = new ArrayList<>();
        for (var field : expected.properties()) {
            JsonNode other = actual.get(field.getKey());
            if (other != null) {
                differences.addAll(
                        differences(path + "/" + field.getKey(), field.getValue(), other));
            }
        }
        return differences;
    }

    private static void paths(String path, Schema schema, Set<String> paths) {
        switch (schema.getType()) {
            case UNION -> paths(path, schema.getTypes().get(1), paths);
            case ARRAY -> paths(path, schema.getElementType(), paths);
            case RECORD ->
                    schema.getFields()
                            .forEach(f -> paths(path + "/" + f.name(), f.schema(), paths));
            default -> paths.add(path);
        }
    }

    private static void removePresent(String path, JsonNode json, Set<String> paths) {
        if (json.isArray()) {
            json.forEach(item -> removePresent(path, item, paths));
        } else if (json.isObject()) {
            paths.remove(path);
            json.properties()
                    .forEach(f -> removePresent(path + "/" + f.getKey(), f.getValue(), paths));
        } else {
            paths.remove(path);
        }
    }
}
