package io.stream53.serde;

/** Stream53's generated classes, for programs that other serializers are plugged into. */
public final class GeneratedClasses {
    private GeneratedClasses() {}

    /**
     * Lets Avro load them, whichever serializer asks it to: since 1.12 it refuses classes that
     * nobody trusts. Our own serializers do this by themselves.
     */
    public static void trust() {
        AvroModel.load();
    }
}
