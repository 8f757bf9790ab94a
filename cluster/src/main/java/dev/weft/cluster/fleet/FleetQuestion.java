package dev.weft.cluster.fleet;

import dev.weft.fabric.json.Json;
import dev.weft.fabric.manifest.ManifestException;
import dev.weft.fabric.manifest.RolloutManifest;
import dev.weft.fabric.reading.ManifestFiles;
import java.util.Map;

/** What an operator asks of a fleet's rollouts, as one JSON object. */
sealed interface FleetQuestion {

  /** Starts one. */
  record Start(FleetDraft draft) implements FleetQuestion {}

  /** Has all nodes take the latest of a stage back. */
  record RollBack(String stage, String why) implements FleetQuestion {}

  /** How they stand. */
  record Status() implements FleetQuestion {}

  /** To start what a manifest declares, in waves as {@link Wave#parse} reads them. */
  static String start(String manifest, String waves) {
    return Json.write(Map.of("verb", "start", "manifest", manifest, "waves", waves));
  }

  static String rollBack(String stage, String why) {
    return Json.write(Map.of("verb", "rollback", "stage", stage, "why", why));
  }

  static String status() {
    return Json.write(Map.of("verb", "status"));
  }

  /**
   * @throws IllegalArgumentException naming what is wrong
   */
  static FleetQuestion read(String text) {
    var object = Json.readObject(text);
    var verb = text(object, "verb");
    return switch (verb) {
      case "start" -> {
        var manifest = text(object, "manifest");
        var waves = Wave.parse(text(object, "waves"));
        var rollout = rollout(manifest);
        yield new Start(new FleetDraft(rollout.stage(), rollout.candidate(), manifest, waves));
      }
      case "rollback" -> new RollBack(text(object, "stage"), text(object, "why"));
      case "status" -> new Status();
      default ->
          throw new IllegalArgumentException(
              "verb: '%s' (expected: start, rollback or status)".formatted(verb));
    };
  }

  private static RolloutManifest rollout(String manifest) {
    try {
      return ManifestFiles.rollout(manifest);
    } catch (ManifestException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static String text(Map<String, Object> object, String field) {
    if (object.get(field) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException(
        "%s: %s (expected: a text)".formatted(field, object.get(field)));
  }
}
