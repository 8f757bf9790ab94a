package dev.weft.fabric.manifest;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One way to run a stage: artifact, precision and runtime options.
 *
 * @param precision as a word, for example {@code fp32}, {@code int8}; empty for code without a
 *     model
 * @param options override the stage's options of the same name
 * @param batchInvariant whether a row comes out the same, bit for bit, whatever shares its run
 * @param needs what a node must be able to do to run it, as words
 */
public record Variant(
    String name,
    Optional<String> precision,
    Optional<Artifact> artifact,
    Map<String, Object> options,
    boolean batchInvariant,
    List<String> needs) {

  /** A variant that any node can run. */
  public Variant(
      String name,
      Optional<String> precision,
      Optional<Artifact> artifact,
      Map<String, Object> options,
      boolean batchInvariant) {
    this(name, precision, artifact, options, batchInvariant, List.of());
  }

  public Variant {
    needs = List.copyOf(needs);
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }
}
