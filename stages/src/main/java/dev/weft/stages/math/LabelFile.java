package dev.weft.stages.math;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Labels in a UTF-8 file, one per line. */
final class LabelFile {

  private static final long BYTES_MAX = 16 << 20;

  private LabelFile() {}

  /**
   * @throws StageException if the file cannot be read, is not UTF-8, is empty or over 16 MiB
   */
  static List<String> read(Path file) {
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw bad(file, Files.size(file) + " bytes", "<= " + BYTES_MAX);
      }
      var labels = Files.readAllLines(file);
      if (labels.isEmpty()) {
        throw bad(file, "empty", "one label per line");
      }
      return labels;
    } catch (CharacterCodingException e) {
      throw new StageException(
          ErrorCode.BAD_ARTIFACT, "labels %s: not UTF-8 (expected: UTF-8)".formatted(file), e);
    } catch (IOException e) {
      throw new StageException(
          ErrorCode.IO_FAILED, "labels %s: %s (expected: a readable file)".formatted(file, e), e);
    }
  }

  private static StageException bad(Path file, String problem, String expected) {
    return new StageException(
        ErrorCode.BAD_ARTIFACT, "labels %s: %s (expected: %s)".formatted(file, problem, expected));
  }
}
