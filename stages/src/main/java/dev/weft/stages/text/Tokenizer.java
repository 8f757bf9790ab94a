package dev.weft.stages.text;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** A tokenizer read from a Hugging Face {@code tokenizer.json}. Threadsafe, except for close. */
final class Tokenizer implements AutoCloseable {

  private static final int FILE_BYTES_MAX = 64 << 20;

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
    var json = TextFile.read(file, FILE_BYTES_MAX);
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

  private static StageException bad(Path file, String message, Exception cause) {
    return new StageException(
        ErrorCode.BAD_ARTIFACT, "file '%s': %s".formatted(file, message), cause);
  }
}
