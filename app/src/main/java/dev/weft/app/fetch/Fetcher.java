package dev.weft.app.fetch;

import dev.weft.app.console.Amount;
import dev.weft.app.console.Progress;
import dev.weft.app.home.FolderTree;
import dev.weft.fabric.manifest.StageManifest;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings pinned artifacts that are missing, or not as pinned, to their places.
 *
 * <p>A file appears under its name only when it is whole and has the digest its manifest pins; what
 * a killed process left half-done in the cache folder is removed by the next. When all artifacts
 * are there, nothing is started, locked or written.
 */
public final class Fetcher {

  private static final String WORK = "work-";
  private static final String PART = ".weft-part";

  private final Path cache;
  private final Maven maven;
  private final Progress progress;

  /**
   * @param cache folder for downloads and the lock, made when needed
   */
  public Fetcher(Path cache, Maven maven, Progress progress) {
    this.cache = cache;
    this.maven = maven;
    this.progress = progress;
  }

  /**
   * What a fetch did.
   *
   * @param fetched the files that were brought
   * @param present number of files that were there before
   */
  public record Outcome(List<Path> fetched, int present) {
    public Outcome {
      fetched = List.copyOf(fetched);
    }
  }

  /**
   * Makes every artifact of {@code stages} that has a source be there as pinned.
   *
   * @throws FetchException naming the first that could not be had; others may have been brought
   */
  public Outcome fetch(Collection<StageManifest> stages) {
    var pinned = Pinned.of(stages);
    if (missing(pinned).isEmpty()) {
      return new Outcome(List.of(), pinned.size());
    }
    try (var _ = FetchLock.acquire(cache, progress::line)) {
      // Another process may have brought them while this one waited.
      var missing = missing(pinned);
      if (!missing.isEmpty()) {
        bring(missing);
      }
      var fetched = missing.stream().map(each -> each.artifact().path()).toList();
      return new Outcome(fetched, pinned.size() - missing.size());
    } catch (IOException e) {
      throw new FetchException(
          "cannot write: %s (expected: folders this user may write to, and room)".formatted(e), e);
    }
  }

  private static List<Pinned> missing(List<Pinned> pinned) {
    return pinned.stream().filter(each -> !each.isThere()).toList();
  }

  private void bring(List<Pinned> missing) throws IOException {
    removeLeftovers(missing);
    var work = Files.createDirectory(cache.resolve(WORK + ProcessHandle.current().pid()));
    try {
      var jars = new LinkedHashMap<MavenSource.Jar, Path>();
      for (var each : missing) {
        jars.putIfAbsent(each.source().jar(), work.resolve(jars.size() + ".jar"));
      }
      download(missing, jars, work);
      for (var i = 0; i < missing.size(); i++) {
        var each = missing.get(i);
        var jar = jars.get(each.source().jar());
        if (jar == null) {
          throw new IllegalStateException("no jar for " + each);
        }
        unpack(each, jar, work.resolve(i + ".part"));
      }
    } finally {
      new FolderTree(work).delete();
    }
  }

  private void download(List<Pinned> missing, Map<MavenSource.Jar, Path> jars, Path work) {
    var bytes = missing.stream().mapToLong(each -> each.artifact().sizeBytes()).sum();
    progress.line(
        "fetching %s (%s) from %s by Maven ..."
            .formatted(
                Amount.count(missing.size(), "file"),
                Amount.bytes(bytes),
                Amount.count(jars.size(), "jar")));
    maven.copy(jars, work, progress::bar);
  }

  private void unpack(Pinned each, Path jar, Path part) throws IOException {
    var artifact = each.artifact();
    if (!Files.isRegularFile(jar)) {
      throw new FetchException(
          "%s: Maven did not bring it (expected: the source of '%s')"
              .formatted(each.source().jar(), artifact.file()));
    }
    JarEntryFile.copy(
        jar,
        each.source(),
        artifact,
        part,
        done -> progress.bar((double) done / artifact.sizeBytes(), "unpacking " + artifact.file()));
    var parent = artifact.path().toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    moveInto(part, artifact.path());
    progress.line("fetched %s (%s)".formatted(artifact.file(), Amount.bytes(artifact.sizeBytes())));
  }

  /**
   * Moves in one step; where the cache is on another file system, from a copy beside the target.
   */
  private static void moveInto(Path part, Path target) throws IOException {
    try {
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      var beside = beside(target);
      Files.copy(part, beside, StandardCopyOption.REPLACE_EXISTING);
      Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static Path beside(Path target) {
    return target.resolveSibling("." + target.getFileName() + PART);
  }

  /** Removes what processes left that ended while they held the lock. */
  private void removeLeftovers(List<Pinned> missing) throws IOException {
    try (var entries = Files.newDirectoryStream(cache, WORK + "*")) {
      for (var entry : entries) {
        new FolderTree(entry).delete();
      }
    }
    for (var each : missing) {
      Files.deleteIfExists(beside(each.artifact().path()));
    }
  }
}
