package dev.weft.persistence.outbox;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A sink that is opened when something is to be delivered, and again after it failed: a folder that
 * another process has, or that is not there at the moment, is a sink that cannot be reached.
 */
final class LateSink implements Sink {

  private final Opening opening;
  private @Nullable Sink open;
  private boolean isClosed;

  /** How it is opened. */
  interface Opening {
    Sink open() throws IOException;
  }

  LateSink(Opening opening) {
    this.opening = opening;
  }

  @Override
  public CompletionStage<Delivery> deliver(byte[] envelope) {
    return opened(sink -> sink.deliver(envelope));
  }

  @Override
  public CompletionStage<Delivery> reached(String source) {
    return opened(sink -> sink.reached(source));
  }

  private synchronized CompletionStage<Delivery> opened(
      Function<Sink, CompletionStage<Delivery>> call) {
    if (isClosed) {
      return CompletableFuture.completedFuture(new Delivery.Unanswered("closed"));
    }
    try {
      var sink = open == null ? opening.open() : open;
      open = sink;
      return call.apply(sink).thenApply(ended -> letGo(sink, ended));
    } catch (IOException e) {
      return CompletableFuture.completedFuture(
          new Delivery.Unanswered(String.valueOf(e.getMessage())));
    }
  }

  /** What failed is opened anew the next time: it may have lost what it had. */
  private synchronized Delivery letGo(Sink sink, Delivery ended) {
    if (open == sink
        && ended instanceof Delivery.Refused(var reason, var _)
        && reason == Delivery.Reason.FAILED) {
      open = null;
      sink.close();
    }
    return ended;
  }

  @Override
  public synchronized void close() {
    isClosed = true;
    if (open != null) {
      open.close();
    }
  }
}
