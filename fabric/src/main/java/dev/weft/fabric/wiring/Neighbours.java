package dev.weft.fabric.wiring;

import dev.weft.fabric.manifest.StageManifest;
import java.util.Map;
import java.util.Set;

/**
 * The stages a pipeline may use, and how sure it can be of them.
 *
 * @param unsureAbi stages whose ABI could not be read: their tensors are not judged
 * @param unsureVariants stages whose variants could not be read
 * @param complete whether every document was readable, so that an unknown stage is one
 */
public record Neighbours(
    Map<String, StageManifest> stages,
    Set<String> unsureAbi,
    Set<String> unsureVariants,
    boolean complete) {

  public Neighbours {
    stages = Map.copyOf(stages);
    unsureAbi = Set.copyOf(unsureAbi);
    unsureVariants = Set.copyOf(unsureVariants);
  }

  static Neighbours of(Map<String, StageManifest> stages) {
    return new Neighbours(stages, Set.of(), Set.of(), true);
  }
}
