package dev.weft.stages.math;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.text.TextFile;
import java.nio.file.Path;
import java.util.List;

/** Labels in a UTF-8 file, one per line. */
final class LabelFile {

  private static final int BYTES_MAX = 16 << 20;

  private LabelFile() {}

  /**
   * @throws StageException if the file cannot be read, is not UTF-8, is empty or over 16 MiB
   */
  static List<String> read(Path file) {
    var labels = TextFile.lines(file, BYTES_MAX);
    if (labels.isEmpty()) {
      throw new StageException(
          ErrorCode.BAD_ARTIFACT,
          "file '%s': empty (expected: one label per line)".formatted(file));
    }
    return labels;
  }
}
