package dev.weft.fabric.manifest;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One way to run a stage: artifact, precision and runtime options.
 *
 * @param precision as a word, for example {@code fp32}, {@code int8}; empty for code without a
 *     model
 * @param options override the stage's options of the same name
 * @param batchInvariant whether a row comes out the same, bit for bit, whatever shares its run
 */
public record Variant(
    String name,
    Optional<String> precision,
    Optional<Artifact> artifact,
    Map<String, Object> options,
    boolean batchInvariant) {

  public Variant {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }
}
