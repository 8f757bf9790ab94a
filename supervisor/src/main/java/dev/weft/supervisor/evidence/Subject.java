package dev.weft.supervisor.evidence;

import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.Variant;
import dev.weft.fabric.trace.Fingerprint.Environment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What evidence is of: the machine and runtime that ran it, and each variant of the stage with the
 * digest of its model.
 *
 * @param stages as they are when a rollout of one begins, its candidate among the variants
 */
public record Subject(Environment environment, Function<String, Optional<StageManifest>> stages) {

  Map<String, Object> of(String stage) {
    var fields = new LinkedHashMap<String, Object>();
    var here = new LinkedHashMap<String, Object>();
    here.put("onnxRuntime", environment.onnxRuntime());
    here.put("virtualMachine", environment.virtualMachine());
    here.put("cpu", environment.cpu());
    fields.put("environment", here);
    stages
        .apply(stage)
        .ifPresent(
            manifest ->
                fields.put("variants", manifest.variants().stream().map(Subject::of).toList()));
    return fields;
  }

  private static Map<String, Object> of(Variant variant) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("name", variant.name());
    variant.precision().ifPresent(precision -> fields.put("precision", precision));
    variant
        .artifact()
        .ifPresent(
            artifact -> {
              fields.put("file", artifact.file());
              fields.put("sha256", artifact.sha256());
            });
    return fields;
  }
}
