package dev.weft.app.torture;

import dev.weft.persistence.outbox.Cursors;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Where all lives of a victim keep what they keep. */
record VictimFolder(Path folder) {

  private static final String MANIFEST =
      """
      apiVersion: weft/v1
      kind: Stage
      name: softmax
      summary: Turns numbers into probabilities.
      owner: torture@example.org
      uses: math/softmax
      ---
      apiVersion: weft/v1
      kind: Pipeline
      name: victim
      summary: Runs frames that are recorded.
      owner: torture@example.org
      deadline: 60s
      maxInFlight: 16
      trace: {capture: inputs}
      inputs:
        - {name: values, datatype: FP32, shape: [1, 4]}
      steps:
        - {name: softmax, stage: softmax, inputs: {values: values}}
      outputs: {probabilities: softmax.probabilities}
      """;

  /** Makes it, with the manifest of what a victim runs. */
  void make() throws IOException {
    Files.createDirectories(folder);
    Files.writeString(manifest(), MANIFEST);
  }

  Path manifest() {
    return folder.resolve("victim.yaml");
  }

  /** The edge buffer. */
  Path frames() {
    return folder.resolve("frames");
  }

  /** The cursors of the buffer's outbox. */
  Path cursors() {
    return frames().resolve(Cursors.FOLDER);
  }

  /** Where the outbox sends to. */
  Path sink() {
    return folder.resolve("sink");
  }

  Path journal() {
    return folder.resolve("journal");
  }

  /** What victims write to their error stream. */
  Path log() {
    return folder.resolve("victim.log");
  }

  /**
   * A copy of buffer, sink and journal as the kill left them, so that the next life finds them so.
   */
  VictimFolder copy() throws IOException {
    var copy = new VictimFolder(folder.resolve("copy"));
    copy.delete();
    copy(frames(), copy.frames());
    copy(cursors(), copy.cursors());
    copy(sink(), copy.sink());
    copy(journal(), copy.journal());
    return copy;
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    if (!Files.isDirectory(from)) {
      return;
    }
    try (var files = Files.list(from)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  void delete() throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path visited, @org.jspecify.annotations.Nullable IOException problem)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  static String hash(byte[] payload) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(payload));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java", e);
    }
  }
}
