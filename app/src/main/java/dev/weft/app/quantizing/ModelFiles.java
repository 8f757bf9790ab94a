package dev.weft.app.quantizing;

import dev.weft.app.failure.WorkFailed;
import dev.weft.stages.quantize.Quantized;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Writes a model and its recipe; a file appears under its name when it is whole. */
final class ModelFiles {

  private ModelFiles() {}

  /**
   * A model that was written.
   *
   * @param sha256 lower-case hex
   */
  record Written(Path model, Path recipe, String sha256, long bytes) {}

  /**
   * @throws WorkFailed if a file cannot be written
   */
  static Written write(Path out, Quantized quantized) {
    var recipe = out.resolveSibling(out.getFileName() + ".recipe.json");
    var text = quantized.recipe().json() + "\n";
    try {
      whole(recipe, text.getBytes(StandardCharsets.UTF_8));
      whole(out, quantized.model());
    } catch (IOException e) {
      throw new WorkFailed("--out: %s (expected: a file that can be written)".formatted(e), e);
    }
    return new Written(out, recipe, sha256(quantized.model()), quantized.model().length);
  }

  private static void whole(Path file, byte[] content) throws IOException {
    var part = file.resolveSibling("." + file.getFileName() + ".weft-part");
    Files.write(part, content);
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
