package dev.weft.app.brought;

import dev.weft.cluster.artifact.DeclaredVariant;
import dev.weft.fabric.manifest.Artifact;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.manifest.Variant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** Variants of tests, whose files hold a text. */
final class Brought {

  static final String STAGE = "classify";
  static final String ABI = "features FP32[1, 4] -> logits FP32[1, 2]";

  private Brought() {}

  static DeclaredVariant variant(String name, String content) {
    return variant(STAGE, name, content, Residency.anywhere());
  }

  static DeclaredVariant variant(String stage, String name, String content, Residency residency) {
    var bytes = content.getBytes(StandardCharsets.UTF_8);
    var artifact =
        new Artifact(name + ".onnx", Path.of(""), sha256(bytes), bytes.length, Optional.empty());
    return new DeclaredVariant(
        stage,
        "onnx",
        1,
        ABI,
        residency,
        new Variant(name, Optional.empty(), Optional.of(artifact), Map.of(), false));
  }

  /** Has a variant's file come. */
  static void come(BroughtFolder folder, DeclaredVariant variant, String content)
      throws IOException {
    var file = folder.file(variant);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  /** Has a variant come whole. */
  static void keep(BroughtFolder folder, DeclaredVariant variant, String content)
      throws IOException {
    come(folder, variant, content);
    folder.keep(variant);
  }

  static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
