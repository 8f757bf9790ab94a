package dev.weft.fabric.manifest;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A pinned file a stage needs.
 *
 * @param file as written, relative to the manifest's folder
 * @param path where it stands
 * @param sha256 digest in lower-case hex
 * @param sizeBytes exact length
 * @param source where it can be fetched from, such as {@code maven:group:artifact:version!/entry}
 */
public record Artifact(
    String file, Path path, String sha256, long sizeBytes, Optional<String> source) {}
