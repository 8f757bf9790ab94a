package dev.weft.fabric.manifest;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A machine that runs pipelines, as declared.
 *
 * @param cores inference loops to run; empty for as many as the machine has processors
 * @param memoryBytes most off-heap memory for tensors; empty for the setting's default
 */
public record NodeManifest(
    Path origin,
    String name,
    String summary,
    String owner,
    NodeClass nodeClass,
    Role role,
    OptionalInt cores,
    OptionalLong memoryBytes,
    Map<String, String> labels) {

  public NodeManifest {
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
  }

  /** Where a node stands. */
  public enum Role implements Word {
    EDGE,
    REGION
  }
}
