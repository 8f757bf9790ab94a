package dev.weft.gateway.http;

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

  private final Metrics metrics;
  private final Replies replies;

  MetricsPage(Metrics metrics, Replies replies) {
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
      var read = metrics.scrape(request.headers().first(HeaderNames.ACCEPT));
      replies.text(request, response, read.contentType(), read.content());
    }
  }
}
