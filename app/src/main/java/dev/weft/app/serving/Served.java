package dev.weft.app.serving;

import dev.weft.app.failure.WorkFailed;
import dev.weft.app.fetch.Fetcher;
import dev.weft.app.running.Selection;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.fabric.reading.ManifestFiles.Verify;
import dev.weft.stages.spi.StageKinds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The pipelines and models of some paths, read. */
final class Served {

  /** What the names in the protocol's paths are made of. */
  private static final String NAME = "[A-Za-z0-9._-]+";

  private static final int FOLDERS_DEEP = 16;

  private Served() {}

  /**
   * Reads every pipeline in manifests, and every bare model in folders without manifests, brings
   * their files and checks all of it.
   *
   * @param paths folders of manifests, folders of models, manifests and models
   * @param isTraced whether frames are recorded of pipelines whose manifests do not say how much
   * @return by name; at least one for each path
   * @throws WorkFailed if a path has nothing to serve, or a name is none of the protocol's or there
   *     twice
   * @throws dev.weft.fabric.manifest.ManifestException with everything that is wrong
   * @throws dev.weft.fabric.embedded.WeftException if a file is no model
   */
  static Map<String, Selection> read(List<Path> paths, boolean isTraced, Fetcher fetcher) {
    var read = new TreeMap<String, Selection>();
    for (var path : paths) {
      var models = models(path);
      var found =
          models.isEmpty()
              ? pipelines(path, isTraced, fetcher)
              : models.stream().map(Served::model).toList();
      for (var selection : found) {
        var other = read.putIfAbsent(selection.name(), selection);
        if (other != null) {
          throw new WorkFailed(
              "model '%s': in %s and in %s (expected: each name once)"
                  .formatted(
                      selection.name(), other.pipeline().origin(), selection.pipeline().origin()));
        }
      }
    }
    return read;
  }

  private static Selection model(Path model) {
    requireName(String.valueOf(model.getFileName()).replaceFirst("\\.onnx$", ""), model);
    return Selection.ofModel(model);
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
          : files.filter(Served::isShownModel).sorted().toList();
    } catch (IOException e) {
      throw new WorkFailed("%s: %s (expected: a readable folder)".formatted(path, e), e);
    }
  }

  /** A hidden one is on its way to its place. */
  private static boolean isShownModel(Path file) {
    return Selection.isModel(file) && !String.valueOf(file.getFileName()).startsWith(".");
  }

  static boolean isManifest(Path file) {
    var name = file.toString();
    return name.endsWith(".yaml") || name.endsWith(".yml");
  }

  private static List<Selection> pipelines(Path path, boolean isTraced, Fetcher fetcher) {
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
        .map(name -> Selection.of(path, Optional.of(name), Map.of(), fetcher).alone())
        .map(selection -> isTraced ? selection.traced() : selection)
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
