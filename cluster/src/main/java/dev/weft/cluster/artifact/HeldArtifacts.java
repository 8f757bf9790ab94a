package dev.weft.cluster.artifact;

import dev.weft.fabric.manifest.Artifact;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.manifest.StageManifest;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The files of variants that a node has, by digest, and who may have them. A file that several
 * stages pin goes only where all of them may be.
 */
public final class HeldArtifacts {

  private final Supplier<? extends Collection<StageManifest>> stages;
  private final Function<String, Residency> brought;

  /**
   * @param stages that are deployed now
   * @param brought where a file may be besides, by its digest: as the region said it was brought
   *     from
   */
  public HeldArtifacts(
      Supplier<? extends Collection<StageManifest>> stages, Function<String, Residency> brought) {
    this.stages = stages;
    this.brought = brought;
  }

  /**
   * The file of a digest, for another node.
   *
   * @param zones in which that node is; none if nobody knows
   * @return empty if no variant has it, or it must not be there
   */
  Optional<Artifact> find(String sha256, Set<String> zones) {
    var found = Optional.<Artifact>empty();
    for (var stage : stages.get()) {
      for (var variant : stage.variants()) {
        var artifact = variant.artifact().filter(pinned -> pinned.sha256().equals(sha256));
        if (artifact.isPresent()) {
          if (!stage.residency().and(brought.apply(sha256)).admits(zones, false)) {
            return Optional.empty();
          }
          found = found.or(() -> artifact);
        }
      }
    }
    return found;
  }
}
