package dev.weft.gateway.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;

/**
 * Ends a connection after an answer that says so: the stack says it, but waits for the client to do
 * it.
 *
 * <p>What the client still sends is taken first, for a while: a connection that ends with bytes
 * unread is reset, and then the client may never see why it was refused (RFC 9112, section 9.6).
 */
final class Parting implements Handler {

  /** How long what comes after a last answer is taken. */
  static final Duration TAKEN_FOR = Duration.ofMillis(500);

  private final Handler handler;
  private final Patience patience;

  Parting(Handler handler, Patience patience) {
    this.handler = handler;
    this.patience = patience;
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) throws Exception {
    handler.handle(request, response);
    if (isLast(request.headers()) || isLast(response.headers())) {
      takeRest(request);
      throw new CloseConnectionException("closed as told");
    }
  }

  /** Looks whether there is such a header first, as searching it for a token takes streams. */
  private static boolean isLast(Headers headers) {
    return headers.contains(HeaderNames.CONNECTION)
        && headers.containsToken(HeaderValues.CONNECTION_CLOSE);
  }

  private void takeRest(ServerRequest request) {
    var content = request.content();
    if (!content.hasEntity() || content.consumed()) {
      return;
    }
    try (var _ = patience.with(TAKEN_FOR)) {
      content.consume();
    } catch (RuntimeException e) {
      // It is broken or takes too long: the connection ends in any case.
      return;
    }
  }
}
