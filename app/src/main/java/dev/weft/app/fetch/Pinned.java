package dev.weft.app.fetch;

import dev.weft.fabric.manifest.Artifact;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.reading.ArtifactFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;

/**
 * An artifact that can be fetched.
 *
 * @param folder the manifest's own, which the file must not leave
 */
record Pinned(Artifact artifact, MavenSource source, Path folder) {

  /**
   * What the stages pin with a source, each file once.
   *
   * @throws FetchException for a source of unknown form, or a place outside the manifest's folder
   */
  static List<Pinned> of(Collection<StageManifest> stages) {
    var byPath = new LinkedHashMap<Path, Pinned>();
    for (var stage : stages) {
      var artifacts = new ArrayList<Artifact>();
      stage.variants().forEach(variant -> variant.artifact().ifPresent(artifacts::add));
      artifacts.addAll(stage.files().values());
      for (var artifact : artifacts) {
        artifact
            .source()
            .ifPresent(
                source ->
                    byPath.putIfAbsent(artifact.path(), pinned(artifact, source, stage.origin())));
      }
    }
    return List.copyOf(byPath.values());
  }

  private static Pinned pinned(Artifact artifact, String source, Path manifest) {
    var folder = manifest.toAbsolutePath().normalize().getParent();
    if (folder == null || leaves(artifact.path(), folder)) {
      throw new FetchException(
          "'%s' of %s (expected: a path below the manifest's own folder)"
              .formatted(artifact.file(), manifest));
    }
    return new Pinned(artifact, MavenSource.parse(source), folder);
  }

  /** Whether {@code path}, or what is there of it, is outside {@code folder}. */
  private static boolean leaves(Path path, Path folder) {
    if (!path.toAbsolutePath().normalize().startsWith(folder)) {
      return true;
    }
    try {
      var real = folder.toRealPath();
      for (var at : Stream.iterate(path, p -> p != null, Path::getParent).toList()) {
        if (Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
          return !at.toRealPath().startsWith(real);
        }
      }
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  /** Whether the file is there with the pinned size and digest. */
  boolean isThere() {
    try {
      return Files.isRegularFile(artifact.path())
          && Files.size(artifact.path()) == artifact.sizeBytes()
          && ArtifactFiles.sha256(artifact.path()).equals(artifact.sha256());
    } catch (IOException e) {
      return false;
    }
  }
}
