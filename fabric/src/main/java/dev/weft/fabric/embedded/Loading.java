package dev.weft.fabric.embedded;

import dev.weft.fabric.manifest.ManifestSet;
import java.util.ArrayList;
import java.util.List;

/** Deploys all pipelines of a set of manifests, or none. */
final class Loading {

  private Loading() {}

  static List<Pipeline> all(Weft weft, ManifestSet manifests) {
    var deployed = new ArrayList<Pipeline>();
    try {
      for (var pipeline : manifests.pipelines().values()) {
        deployed.add(weft.deploy(pipeline, manifests.stages()));
      }
    } catch (WeftException e) {
      deployed.forEach(Pipeline::unload);
      throw e;
    }
    return List.copyOf(deployed);
  }
}
