package dev.weft.fabric.reading;

import dev.weft.fabric.manifest.ManifestException;
import dev.weft.fabric.manifest.ManifestSet;
import dev.weft.fabric.problem.Problem;
import java.util.List;

/**
 * What a reading of manifests brought.
 *
 * @param manifests everything that could be read; only to be run if there are no errors
 * @param errors sorted by place; one is enough to refuse the manifests
 */
public record ManifestReading(ManifestSet manifests, List<Problem> errors) {

  public ManifestReading {
    errors = List.copyOf(errors);
  }

  public List<Problem> warnings() {
    return manifests.warnings();
  }

  /**
   * The manifests, if nothing is wrong with them.
   *
   * @throws ManifestException otherwise
   */
  public ManifestSet orThrow() {
    if (!errors.isEmpty()) {
      throw new ManifestException(errors);
    }
    return manifests;
  }
}
