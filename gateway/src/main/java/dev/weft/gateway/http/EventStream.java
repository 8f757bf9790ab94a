package dev.weft.gateway.http;

import dev.weft.fabric.embedded.WeftException;
import dev.weft.gateway.observatory.Live;
import dev.weft.stages.spi.ErrorCode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Sends snapshots as server-sent events to one subscriber after another, each on its own thread,
 * until he leaves or there are no more. Who does not take one in {@link #PATIENCE} is cut off.
 */
final class EventStream {

  static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Live live;
  private final Patience patience;

  EventStream(Live live, Patience patience) {
    this.live = live;
    this.patience = patience;
  }

  void answer(ServerResponse response) throws IOException {
    var subscribed = live.subscribe();
    if (subscribed.isEmpty()) {
      throw new WeftException(
          ErrorCode.OVERLOADED, "as many look as may (expected: one to leave; try again later)");
    }
    try (var subscription = subscribed.get()) {
      response
          .header(HeaderNames.CONTENT_TYPE, "text/event-stream")
          .header(HeaderNames.CACHE_CONTROL, "no-store");
      try (var out = response.outputStream()) {
        send(out, "retry: 2000\n\n");
        for (var next = subscription.next(); next.isPresent(); next = subscription.next()) {
          send(out, "event: snapshot\ndata: " + next.get() + "\n\n");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the server ends");
    }
  }

  private void send(OutputStream out, String text) throws IOException {
    try (var _ = patience.with(PATIENCE)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }
}
