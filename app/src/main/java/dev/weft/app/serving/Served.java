package dev.weft.app.serving;

import dev.weft.app.failure.WorkFailed;
import dev.weft.app.fetch.Fetcher;
import dev.weft.app.running.Selection;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.fabric.reading.ManifestFiles.Verify;
import dev.weft.stages.spi.StageKinds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The pipelines and models of some paths, deployed. */
public final class Served {

  /** What the names in the protocol's paths are made of. */
  private static final String NAME = "[A-Za-z0-9._-]+";

  private static final int FOLDERS_DEEP = 16;

  private Served() {}

  /**
   * Deploys every pipeline in manifests, and every bare model in folders without manifests.
   *
   * @param paths folders of manifests, folders of models, manifests and models
   * @return at least one for each path
   * @throws WorkFailed if a path has nothing to serve or a name is none of the protocol's
   * @throws dev.weft.fabric.manifest.ManifestException with everything that is wrong
   * @throws dev.weft.fabric.embedded.WeftException if something cannot be loaded
   */
  public static List<Pipeline> deploy(Weft weft, List<Path> paths, Fetcher fetcher) {
    var deployed = new ArrayList<Pipeline>();
    for (var path : paths) {
      var models = models(path);
      if (models.isEmpty()) {
        deployed.addAll(pipelines(weft, path, fetcher));
      }
      for (var model : models) {
        requireName(String.valueOf(model.getFileName()).replaceFirst("\\.onnx$", ""), model);
        deployed.add(Selection.register(weft, model));
      }
    }
    return List.copyOf(deployed);
  }

  /** The bare models at a path; none if there are manifests. */
  private static List<Path> models(Path path) {
    if (Selection.isModel(path)) {
      return List.of(path);
    }
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    try (var below = Files.walk(path, FOLDERS_DEEP);
        var files = Files.list(path)) {
      return below.anyMatch(Served::isManifest)
          ? List.of()
          : files.filter(Selection::isModel).sorted().toList();
    } catch (IOException e) {
      throw new WorkFailed("%s: %s (expected: a readable folder)".formatted(path, e), e);
    }
  }

  private static boolean isManifest(Path file) {
    var name = file.toString();
    return name.endsWith(".yaml") || name.endsWith(".yml");
  }

  private static List<Pipeline> pipelines(Weft weft, Path path, Fetcher fetcher) {
    if (!Files.exists(path)) {
      throw new WorkFailed("%s: not there (expected: manifests or models)".formatted(path));
    }
    if (Files.isDirectory(path) && isWithoutManifest(path)) {
      throw nothing(path);
    }
    var found = ManifestFiles.read(path, StageKinds.discover(), Verify.STRUCTURE_ONLY);
    var names = found.manifests().pipelines().keySet();
    if (names.isEmpty()) {
      found.orThrow();
      throw nothing(path);
    }
    names.forEach(name -> requireName(name, path));
    return names.stream()
        .map(name -> Selection.of(path, Optional.of(name), Map.of(), fetcher).deploy(weft))
        .toList();
  }

  private static boolean isWithoutManifest(Path folder) {
    try (var below = Files.walk(folder, FOLDERS_DEEP)) {
      return below.noneMatch(Served::isManifest);
    } catch (IOException e) {
      throw new WorkFailed("%s: %s (expected: a readable folder)".formatted(folder, e), e);
    }
  }

  private static WorkFailed nothing(Path path) {
    return new WorkFailed(
        "%s: nothing to serve (expected: pipelines in manifests, or .onnx models)".formatted(path));
  }

  private static void requireName(String name, Path path) {
    if (!name.matches(NAME)) {
      throw new WorkFailed(
          "%s: model '%s' (expected: a name of letters, digits, '.', '_' and '-')"
              .formatted(path, name));
    }
  }
}
