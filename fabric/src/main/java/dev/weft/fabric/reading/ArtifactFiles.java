package dev.weft.fabric.reading;

import dev.weft.fabric.manifest.Artifact;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.problem.Findings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Holds the pinned files of stages against what is on disk. A digest is computed once for each
 * path, size and modification time in the life of the process. Threadsafe.
 */
public final class ArtifactFiles {

  /** A file in one of its states. */
  private record State(Path path, long size, FileTime modified) {}

  private static final int DIGESTS_MAX = 4_096;
  private static final Map<State, String> DIGESTS = new ConcurrentHashMap<>();

  private final ManifestFiles.Verify verify;

  ArtifactFiles(ManifestFiles.Verify verify) {
    this.verify = verify;
  }

  /** Checks every artifact of {@code stage}, adding what is wrong to its findings. */
  void check(Draft.OfStage stage) {
    artifacts(stage.manifest())
        .forEach(
            (path, artifact) -> {
              if (!stage.findings().isBroken(path + ".file")) {
                check(artifact, path, stage.findings());
              }
            });
  }

  private static Map<String, Artifact> artifacts(StageManifest stage) {
    var artifacts = new LinkedHashMap<String, Artifact>();
    for (var i = 0; i < stage.variants().size(); i++) {
      var path = "variants[%d].artifact".formatted(i);
      stage.variants().get(i).artifact().ifPresent(artifact -> artifacts.put(path, artifact));
    }
    stage.files().forEach((name, artifact) -> artifacts.put("files." + name, artifact));
    return artifacts;
  }

  private void check(Artifact artifact, String path, Findings findings) {
    var shown = "'" + artifact.file() + "'";
    try {
      if (leavesFolder(artifact, findings.file())) {
        findings.error(
            path + ".file", shown + " is a link out", "a file in the manifest's own folder");
      } else if (!Files.exists(artifact.path())) {
        reportMissing(artifact, path, findings);
      } else if (!Files.isRegularFile(artifact.path())) {
        findings.error(path + ".file", shown + " is no regular file", "a file");
      } else {
        checkContent(artifact, path, findings);
      }
    } catch (IOException e) {
      findings.error(path + ".file", "%s: %s".formatted(shown, e), "a readable file");
    }
  }

  private void reportMissing(Artifact artifact, String path, Findings findings) {
    var value = "'%s' is not there".formatted(artifact.file());
    var expected = "a file" + howToGet(artifact);
    if (verify == ManifestFiles.Verify.STRUCTURE_ONLY && artifact.source().isPresent()) {
      findings.warning(path + ".file", value, expected);
    } else {
      findings.error(path + ".file", value, expected);
    }
  }

  private void checkContent(Artifact artifact, String path, Findings findings) throws IOException {
    var size = Files.size(artifact.path());
    if (!findings.isBroken(path + ".size") && size != artifact.sizeBytes()) {
      findings.error(
          path + ".size",
          "'%s' has %d bytes".formatted(artifact.file(), size),
          "%d%s".formatted(artifact.sizeBytes(), howToGet(artifact)));
      return;
    }
    if (verify == ManifestFiles.Verify.STRUCTURE_ONLY || findings.isBroken(path + ".sha256")) {
      return;
    }
    var digest = sha256(artifact.path());
    if (!digest.equals(artifact.sha256())) {
      findings.error(
          path + ".sha256",
          "'%s' has %s".formatted(artifact.file(), digest),
          artifact.sha256() + howToGet(artifact));
    }
  }

  private static String howToGet(Artifact artifact) {
    return artifact.source().map("; run 'weft fetch' to get it from %s"::formatted).orElse("");
  }

  /** Whether the file, or the nearest folder above it that is there, is not below the manifest. */
  private static boolean leavesFolder(Artifact artifact, Path manifest) throws IOException {
    var parent = manifest.toAbsolutePath().getParent();
    if (parent == null) {
      return false;
    }
    var folder = parent.toRealPath();
    for (var at = artifact.path(); at != null; at = at.getParent()) {
      if (Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
        var isDangling = !Files.exists(at);
        return isDangling || !at.toRealPath().startsWith(folder);
      }
    }
    return false;
  }

  /** The SHA-256 of a file in lower-case hex. */
  public static String sha256(Path path) throws IOException {
    var state = new State(path, Files.size(path), Files.getLastModifiedTime(path));
    var known = DIGESTS.get(state);
    if (known != null) {
      return known;
    }
    var digest = computed(path);
    if (DIGESTS.size() >= DIGESTS_MAX) {
      DIGESTS.clear();
    }
    DIGESTS.put(state, digest);
    return digest;
  }

  private static String computed(Path path) throws IOException {
    try (var in = new DigestInputStream(Files.newInputStream(path), newSha256())) {
      var buffer = new byte[1 << 16];
      while (in.read(buffer) >= 0) {
        continue;
      }
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    }
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
