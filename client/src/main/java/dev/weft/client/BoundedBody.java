package dev.weft.client;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** The bytes of an answer, up to a bound; beyond it the rest is not taken. */
final class BoundedBody implements BodySubscriber<byte[]> {

  /** There is more than the bound. */
  static final class TooLarge extends IOException {

    private static final long serialVersionUID = 1;

    TooLarge(int bytesMax) {
      super("an answer beyond its bound (expected: <= %d bytes)".formatted(bytesMax));
    }
  }

  private final int bytesMax;
  private final BodySubscriber<byte[]> taken = BodySubscribers.ofByteArray();
  private final CompletableFuture<byte[]> body = new CompletableFuture<>();
  private Flow.Subscription subscription =
      new Flow.Subscription() {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
      };
  private long bytes;

  BoundedBody(int bytesMax) {
    this.bytesMax = bytesMax;
    var _ =
        taken
            .getBody()
            .whenComplete(
                (content, problem) -> {
                  if (problem == null) {
                    body.complete(content);
                  } else {
                    body.completeExceptionally(problem);
                  }
                });
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    taken.onSubscribe(given);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (var buffer : buffers) {
      bytes += buffer.remaining();
    }
    if (bytes > bytesMax) {
      subscription.cancel();
      body.completeExceptionally(new TooLarge(bytesMax));
    } else {
      taken.onNext(buffers);
    }
  }

  @Override
  public void onError(Throwable problem) {
    taken.onError(problem);
  }

  @Override
  public void onComplete() {
    taken.onComplete();
  }
}
