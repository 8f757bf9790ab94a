package dev.weft.link.blob;

import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Asked;
import dev.weft.link.exchange.Handler;
import dev.weft.link.exchange.Reason;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Hands out pieces of files; to be registered for requests of {@link #KIND}. */
public final class BlobHandler implements Handler {

  /** The kind of its requests. */
  public static final String KIND = "blob";

  /** Most bytes of a piece. */
  static final int PIECE_BYTES_MAX = 1 << 20;

  private static final Logger LOG = System.getLogger(BlobHandler.class.getName());

  private final BlobSource source;
  private final Executor reading;

  /**
   * @param reading where files are read, which takes as long as a disk does. Its tasks are as many
   *     as the exchange lets in
   */
  public BlobHandler(BlobSource source, Executor reading) {
    this.source = source;
    this.reading = reading;
  }

  @Override
  public CompletionStage<Answer> handle(Asked asked) {
    return CompletableFuture.supplyAsync(() -> answer(asked), reading);
  }

  private Answer answer(Asked asked) {
    if (asked.isGivenUp()) {
      return Answer.Refused.before(Reason.CANCELLED, "nobody waits any more");
    }
    try {
      var wanted = BlobCodec.wanted(asked.payload());
      var length = Math.min(wanted.length(), PIECE_BYTES_MAX);
      return new Answer.Done(
          BlobCodec.reply(source.read(wanted.digest(), wanted.offset(), length)));
    } catch (IOException e) {
      // What it says names a place of this machine, which is nobody else's business.
      LOG.log(Level.WARNING, "a file that was asked for: {0}", e);
      return Answer.Refused.before(Reason.FAILED, "the file cannot be read");
    } catch (IllegalArgumentException e) {
      return Answer.Refused.before(Reason.FAILED, String.valueOf(e.getMessage()));
    }
  }
}
