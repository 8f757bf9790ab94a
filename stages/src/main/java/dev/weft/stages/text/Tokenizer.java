package dev.weft.stages.text;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** A tokenizer read from a Hugging Face {@code tokenizer.json}. Threadsafe, except for close. */
final class Tokenizer implements AutoCloseable {

  private static final long FILE_BYTES_MAX = 64L << 20;

  /** Tokens of one text: their ids and the segment each belongs to. */
  record Tokens(long[] ids, long[] typeIds) {

    int count() {
      return ids.length;
    }
  }

  private final TokenizersLibrary library;
  private final long handle;
  private final long padId;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Tokenizer(TokenizersLibrary library, long handle, long padId) {
    this.library = library;
    this.handle = handle;
    this.padId = padId;
  }

  /**
   * @param maxTokens longer texts are cut to this many, special tokens included
   * @throws StageException BAD_ARTIFACT if the file is none, IO_FAILED if it can't be read
   */
  static Tokenizer load(Path file, int maxTokens) {
    var json = json(file);
    var library = TokenizerLibrary.get();
    try {
      var padId = PadToken.id(json);
      var handle = library.createTokenizerFromString(json);
      library.disablePadding(handle);
      library.setTruncation(handle, maxTokens, "LONGEST_FIRST", 0);
      return new Tokenizer(library, handle, padId);
    } catch (RuntimeException e) {
      throw bad(file, e.getMessage() + " (expected: a tokenizer.json)", e);
    }
  }

  Tokens encode(String text) {
    var encoding = library.encode(handle, text, true);
    try {
      return new Tokens(library.getTokenIds(encoding), library.getTypeIds(encoding));
    } finally {
      library.deleteEncoding(encoding);
    }
  }

  /** The id that fills up shorter texts of a batch. */
  long padId() {
    return padId;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      library.deleteTokenizer(handle);
    }
  }

  private static String json(Path file) {
    try {
      var size = Files.size(file);
      if (size > FILE_BYTES_MAX) {
        throw bad(
            file,
            "%d bytes (expected: <= %d)".formatted(size, FILE_BYTES_MAX),
            new IOException("too large"));
      }
      return Utf8.decode(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new StageException(
          ErrorCode.IO_FAILED, "file '%s': not readable: %s".formatted(file, e.getMessage()), e);
    } catch (IllegalArgumentException e) {
      throw bad(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static StageException bad(Path file, String message, Exception cause) {
    return new StageException(
        ErrorCode.BAD_ARTIFACT, "file '%s': %s".formatted(file, message), cause);
  }
}
