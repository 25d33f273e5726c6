package io.stream53.processor.enrich;

import io.stream53.schema.AutonomousSystem;
import io.stream53.schema.Geo;
import io.stream53.schema.Question;
import io.stream53.schema.ResourceRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Parts of documents that are the same again and again, with their Avro encoding made once: written
 * into a document, they are copied. Nobody may change them.
 */
final class Encoded {
    private Encoded() {}

    private interface Writing {
        void to(Encoder out) throws IOException;
    }

    static Geo of(Geo geo) {
        return new EncodedGeo(geo);
    }

    static AutonomousSystem of(AutonomousSystem as) {
        return new EncodedAs(as);
    }

    static Question of(Question question) {
        return new EncodedQuestion(question);
    }

    static ResourceRecord of(ResourceRecord record) {
        return new EncodedRecord(record);
    }

    private static byte[] bytes(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            BinaryEncoder out = EncoderFactory.get().directBinaryEncoder(bytes, null);
            writing.to(out);
            out.flush();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** Other encoders than the binary one write field by field. */
    private static void write(byte[] bytes, Encoder out, Writing fields) throws IOException {
        if (out instanceof BinaryEncoder) {
            out.writeFixed(bytes, 0, bytes.length);
        } else {
            fields.to(out);
        }
    }

    @SuppressWarnings("serial") // Never serialized by Java.
    private static final class EncodedGeo extends Geo {
        private final transient byte[] bytes;

        EncodedGeo(Geo geo) {
            super(
                    geo.getContinentCode(),
                    geo.getCountryIsoCode(),
                    geo.getCountryName(),
                    geo.getRegionIsoCode(),
                    geo.getCityName(),
                    geo.getLocation());
            bytes = bytes(geo::customEncode);
        }

        @Override
        public void customEncode(Encoder out) throws IOException {
            write(bytes, out, super::customEncode);
        }
    }

    @SuppressWarnings("serial")
    private static final class EncodedAs extends AutonomousSystem {
        private final transient byte[] bytes;

        EncodedAs(AutonomousSystem as) {
            super(as.getNumber(), as.getOrganization());
            bytes = bytes(as::customEncode);
        }

        @Override
        public void customEncode(Encoder out) throws IOException {
            write(bytes, out, super::customEncode);
        }
    }

    @SuppressWarnings("serial")
    private static final class EncodedQuestion extends Question {
        private final transient byte[] bytes;

        EncodedQuestion(Question question) {
            super(
                    question.getName(),
                    question.getMixedCase(),
                    question.getType(),
                    question.getClass$(),
                    question.getTopLevelDomain(),
                    question.getRegisteredDomain(),
                    question.getSubdomain(),
                    question.getLabelsHashed(),
                    question.getSpecialUse());
            bytes = bytes(question::customEncode);
        }

        @Override
        public void customEncode(Encoder out) throws IOException {
            write(bytes, out, super::customEncode);
        }
    }

    @SuppressWarnings("serial")
    private static final class EncodedRecord extends ResourceRecord {
        private final transient byte[] bytes;

        EncodedRecord(ResourceRecord record) {
            super(
                    record.getName(),
                    record.getType(),
                    record.getClass$(),
                    record.getTtl(),
                    record.getData());
            bytes = bytes(record::customEncode);
        }

        @Override
        public void customEncode(Encoder out) throws IOException {
            write(bytes, out, super::customEncode);
        }
    }
}
