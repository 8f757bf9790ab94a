package dev.weft.gateway.http;

import dev.weft.gateway.access.AccessException;
import dev.weft.gateway.access.Right;
import dev.weft.gateway.error.ErrorTable;
import dev.weft.gateway.metrics.Metrics;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;

/** Answers {@code GET /metrics}, and nothing else. */
final class MetricsPage implements Handler {

  private static final String PATH = "/metrics";
  private static final String METHOD = "GET";

  private final Entrance entrance;
  private final Metrics metrics;
  private final Replies replies;

  MetricsPage(Entrance entrance, Metrics metrics, Replies replies) {
    this.entrance = entrance;
    this.metrics = metrics;
    this.replies = replies;
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) throws IOException {
    var path = request.path().path();
    var method = request.prologue().method().text();
    if (!path.equals(PATH)) {
      replies.error(request, response, ErrorTable.unknownPath(path, PATH));
    } else if (!method.equals(METHOD)) {
      response.header(HeaderNames.ALLOW, METHOD);
      replies.error(request, response, ErrorTable.wrongMethod(method, path, METHOD));
    } else {
      show(request, response);
    }
  }

  private void show(ServerRequest request, ServerResponse response) throws IOException {
    try {
      entrance.admit(Right.OBSERVE, request);
    } catch (AccessException e) {
      replies.error(request, response, ErrorTable.of(e));
      return;
    }
    var read = metrics.scrape(request.headers().first(HeaderNames.ACCEPT));
    replies.text(request, response, read.contentType(), read.content());
  }
}
