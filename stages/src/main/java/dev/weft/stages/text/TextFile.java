package dev.weft.stages.text;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads the UTF-8 files a manifest gives a stage. */
public final class TextFile {

  private TextFile() {}

  /**
   * The file's lines, without their ends.
   *
   * @throws StageException as {@link #read}
   */
  public static List<String> lines(Path file, int bytesMax) {
    return read(file, bytesMax).lines().toList();
  }

  /**
   * The whole file.
   *
   * @throws StageException BAD_ARTIFACT for more than {@code bytesMax} bytes or none of UTF-8,
   *     IO_FAILED if it can't be read
   */
  public static String read(Path file, int bytesMax) {
    try (var stream = Files.newInputStream(file)) {
      var content = stream.readNBytes(bytesMax);
      if (stream.read() >= 0) {
        throw bad(file, "larger than %d bytes (expected: <= that)".formatted(bytesMax));
      }
      return Utf8.decode(content);
    } catch (IOException e) {
      throw new StageException(
          ErrorCode.IO_FAILED, "file '%s': %s (expected: a readable file)".formatted(file, e), e);
    } catch (IllegalArgumentException e) {
      throw bad(file, String.valueOf(e.getMessage()));
    }
  }

  private static StageException bad(Path file, String problem) {
    return new StageException(ErrorCode.BAD_ARTIFACT, "file '%s': %s".formatted(file, problem));
  }
}
