package dev.weft.app.quantizing;

import dev.weft.app.failure.WorkFailed;
import dev.weft.persistence.disk.DiskException;
import dev.weft.stages.quantize.Quantized;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Writes a model and its recipe. They appear under their names when both are whole; what is not
 * whole is not left behind.
 */
final class ModelFiles {

  private ModelFiles() {}

  /**
   * A model that was written.
   *
   * @param sha256 lower-case hex
   */
  record Written(Path model, Path recipe, String sha256, long bytes) {}

  /**
   * @throws WorkFailed if a file cannot be written, such as for want of room
   */
  static Written write(Target target, Quantized quantized) {
    var text = quantized.recipe().json() + "\n";
    var model = Target.part(target.model());
    var recipe = Target.part(target.recipe());
    try {
      try {
        Files.write(model, quantized.model());
        Files.write(recipe, text.getBytes(StandardCharsets.UTF_8));
        replace(recipe, target.recipe());
        replace(model, target.model());
      } finally {
        Files.deleteIfExists(model);
        Files.deleteIfExists(recipe);
      }
    } catch (IOException e) {
      throw new WorkFailed(
          "--out: '%s': %s (expected: a file that can be written)"
              .formatted(target.model(), DiskException.words(e)),
          e);
    }
    return new Written(
        target.model(), target.recipe(), sha256(quantized.model()), quantized.model().length);
  }

  private static void replace(Path part, Path file) throws IOException {
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
