package dev.weft.gateway.http;

import dev.weft.gateway.error.ErrorTable;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Hands out the files of the dashboard, which were packed beside the classes; where it was not
 * built a page that says so. Threadsafe.
 */
final class Dashboard {

  /** Built by {@code dashboard/build.sh}. */
  private static final String FOLDER = "/dev/weft/gateway/dashboard/";

  private static final String MISSING =
      """
      <!doctype html>
      <html lang="en"><meta charset="utf-8"><title>Weft</title>
      <main><h1>Weft</h1>
      <p>This server was built without its dashboard, which needs Node.js 20.19 or later.
      The models are served as ever at <a href="/v2">/v2</a>; what operators see is at
      <a href="/weft/v1/pipelines">/weft/v1/pipelines</a>.</p></main></html>
      """;

  /** What a page may do: only what comes from here, no script within it, in no frame. */
  private static final List<Header> PROTECTION =
      List.of(
          HeaderValues.createCached(
              "Content-Security-Policy",
              "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                  + " connect-src 'self'; base-uri 'none'; form-action 'none';"
                  + " frame-ancestors 'none'"),
          HeaderValues.createCached("X-Content-Type-Options", "nosniff"),
          HeaderValues.createCached("Referrer-Policy", "no-referrer"),
          HeaderValues.createCached("Cross-Origin-Resource-Policy", "same-origin"));

  private static final Header FOR_EVER =
      HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "public, max-age=31536000, immutable");
  private static final Header ASK_AGAIN =
      HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-cache");

  private final Replies replies;

  /** Those that are there and were asked for. */
  private final Map<DashboardFile, byte[]> files = new ConcurrentHashMap<>();

  Dashboard(Replies replies) {
    this.replies = replies;
  }

  void answer(DashboardFile file, ServerRequest request, ServerResponse response)
      throws IOException {
    PROTECTION.forEach(response::header);
    var content = content(file);
    if (content.isPresent()) {
      response.header(file.isImmutable() ? FOR_EVER : ASK_AGAIN);
      replies.text(request, response, file.type(), content.get());
    } else if (file.name().equals(DashboardFile.PAGE)) {
      response.header(ASK_AGAIN);
      replies.text(request, response, file.type(), MISSING.getBytes(StandardCharsets.UTF_8));
    } else {
      replies.error(
          request, response, ErrorTable.unknownPath("/ui/" + file.name(), "a file of the page"));
    }
  }

  private Optional<byte[]> content(DashboardFile file) throws IOException {
    var known = files.get(file);
    if (known != null) {
      return Optional.of(known);
    }
    try (InputStream in = Dashboard.class.getResourceAsStream(FOLDER + file.name())) {
      if (in == null) {
        return Optional.empty();
      }
      return Optional.of(files.computeIfAbsent(file, _ -> all(in)));
    }
  }

  private static byte[] all(InputStream in) {
    try {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
