package dev.weft.fabric.manifest;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A machine that runs pipelines, as declared.
 *
 * @param site nodes that reach each other when the rest of the world does not; empty if it stands
 *     alone
 * @param zones what it lies in, such as {@code eu-de}; what is kept to zones runs in these only
 * @param cores inference loops to run; empty for as many as the machine has processors
 * @param memoryBytes most off-heap memory for tensors; empty for the setting's default
 * @param cluster how it belongs to one; empty if it stands alone
 */
public record NodeManifest(
    Path origin,
    String name,
    String summary,
    String owner,
    NodeClass nodeClass,
    Role role,
    Optional<String> site,
    List<String> zones,
    OptionalInt cores,
    OptionalLong memoryBytes,
    Optional<Membership> cluster,
    Map<String, String> labels) {

  public NodeManifest {
    zones = List.copyOf(zones);
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
  }

  /** Another node that is declared alike. */
  public NodeManifest called(String other, Optional<Membership> membership) {
    return new NodeManifest(
        origin,
        other,
        summary,
        owner,
        nodeClass,
        role,
        site,
        zones,
        cores,
        memoryBytes,
        membership,
        labels);
  }

  /** Where a node stands. */
  public enum Role implements Word {
    EDGE,
    REGION
  }
}
