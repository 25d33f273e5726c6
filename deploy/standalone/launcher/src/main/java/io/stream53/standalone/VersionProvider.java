package io.stream53.standalone;

import picocli.CommandLine.IVersionProvider;

/** The version of the jar that is running. */
final class VersionProvider implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Main.class.getPackage().getImplementationVersion();
        return new String[] {"stream53 " + (version == null ? "(unpackaged)" : version)};
    }
}
