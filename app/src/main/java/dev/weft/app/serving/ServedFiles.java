package dev.weft.app.serving;

import dev.weft.app.running.Selection;
import dev.weft.fabric.manifest.Artifact;
import dev.weft.gateway.round.FileStamps;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The files that what is served depends on: all below the folders that are served, the manifests
 * beside a single one, and what these pin elsewhere.
 *
 * @param paths as they are served
 */
record ServedFiles(List<Path> paths) {

  private static final int FOLDERS_DEEP = 16;
  private static final int FILES_MAX = 10_000;

  ServedFiles {
    paths = List.copyOf(paths);
  }

  /**
   * Stamps of them, by path.
   *
   * @param pinned files that were named when they were read last
   */
  Map<Path, String> stamps(Set<Path> pinned) {
    var stamps = new HashMap<Path, String>();
    for (var path : paths) {
      if (Files.isDirectory(path)) {
        stamps.putAll(FileStamps.below(path, FOLDERS_DEEP, FILES_MAX));
      } else {
        stamps.putAll(FileStamps.of(List.of(path)));
        if (Served.isManifest(path)) {
          stamps.putAll(beside(path));
        }
      }
    }
    stamps.putAll(FileStamps.of(pinned));
    return stamps;
  }

  /** Stages may be declared there. */
  private static Map<Path, String> beside(Path manifest) {
    var parent = manifest.getParent();
    var stamps = FileStamps.below(parent == null ? Path.of("") : parent, FOLDERS_DEEP, FILES_MAX);
    stamps.keySet().removeIf(file -> !Served.isManifest(file));
    return stamps;
  }

  /** The files that some pipelines pin, of all variants. */
  static Set<Path> pinned(Collection<Selection> selections) {
    var files = new HashSet<Path>();
    for (var selection : selections) {
      for (var stage : selection.stages().values()) {
        stage.files().values().stream().map(Artifact::path).forEach(files::add);
        stage
            .variants()
            .forEach(variant -> variant.artifact().map(Artifact::path).ifPresent(files::add));
      }
    }
    return files;
  }
}
