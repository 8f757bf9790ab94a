package dev.weft.stages.input;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.tensor.TensorMemoryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Reads files and command-line values into tensors; {@link InputContent} decides how. */
public final class InputFile {

  /** Most bytes of one file, unless told otherwise. */
  public static final long BYTES_MAX = 256L << 20;

  private static final String TEXT = "text:";

  private InputFile() {}

  /**
   * The tensor a command-line value stands for: {@code text:some words} literally, else a file's
   * path.
   *
   * @throws StageException as {@link #read(Path, TensorSpec, TensorAllocator)}
   */
  public static Tensor readValue(String value, TensorSpec spec, TensorAllocator tensors) {
    if (!value.startsWith(TEXT)) {
      return read(path(value), spec, tensors);
    }
    try {
      return InputContent.text(TEXT, value.substring(TEXT.length()), spec, tensors);
    } catch (TensorMemoryException e) {
      throw failure(ErrorCode.OUT_OF_MEMORY, TEXT, String.valueOf(e.getMessage()), e);
    }
  }

  private static Path path(String value) {
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw failure(ErrorCode.NOT_FOUND, value, e.getReason() + " (expected: a path)", e);
    }
  }

  /**
   * The content of {@code file} as {@code spec} asks for it; the caller owns the tensor.
   *
   * @throws StageException NOT_FOUND for a missing file, IO_FAILED if it can't be read,
   *     OUT_OF_MEMORY if the tensor does not fit the allocator, INVALID_INPUT if the content is not
   *     what the spec asks for or is over {@link #BYTES_MAX}
   */
  public static Tensor read(Path file, TensorSpec spec, TensorAllocator tensors) {
    return read(file, spec, tensors, BYTES_MAX);
  }

  /**
   * As {@link #read(Path, TensorSpec, TensorAllocator)} with another bound.
   *
   * @param bytesMax most bytes of the file, at most 2^31 - 9
   */
  public static Tensor read(Path file, TensorSpec spec, TensorAllocator tensors, long bytesMax) {
    var content = bytes(file, spec, bytesMax);
    try {
      return InputContent.read(file.toString(), content, spec, tensors);
    } catch (TensorMemoryException e) {
      throw failure(ErrorCode.OUT_OF_MEMORY, file, String.valueOf(e.getMessage()), e);
    }
  }

  private static byte[] bytes(Path file, TensorSpec spec, long bytesMax) {
    if (!Files.exists(file)) {
      throw failure(
          ErrorCode.NOT_FOUND, file, "no such file (expected: input '%s')".formatted(spec));
    }
    if (Files.isDirectory(file)) {
      throw failure(
          ErrorCode.INVALID_INPUT, file, "a directory (expected: input '%s')".formatted(spec));
    }
    byte[] content;
    try (var stream = Files.newInputStream(file)) {
      // One byte more than allowed: a file's size may be unknown, or change while it is read.
      content = stream.readNBytes(Math.toIntExact(bytesMax + 1));
    } catch (IOException e) {
      throw failure(ErrorCode.IO_FAILED, file, "not readable: " + e.getMessage(), e);
    }
    if (content.length > bytesMax) {
      throw failure(
          ErrorCode.INVALID_INPUT,
          file,
          "larger than %d bytes (expected: <= that)".formatted(bytesMax));
    }
    return content;
  }

  private static StageException failure(ErrorCode code, Object file, String message) {
    return new StageException(code, "file '%s': %s".formatted(file, message));
  }

  private static StageException failure(
      ErrorCode code, Object file, String message, Exception cause) {
    return new StageException(code, "file '%s': %s".formatted(file, message), cause);
  }
}
