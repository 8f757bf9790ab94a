package dev.weft.gateway.http;

import dev.weft.fabric.json.Json;
import dev.weft.gateway.error.ErrorAnswer;
import dev.weft.gateway.protocol.EncodedResponse;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Writes answers, compressed where the client takes it and it pays, to who takes them in time. */
final class Replies {

  static final HeaderName JSON_LENGTH = HeaderNames.create("Inference-Header-Content-Length");

  /** By this an answer's frame is explained. */
  static final HeaderName FRAME = HeaderNames.create("Weft-Frame");

  private static final Header JSON_TYPE =
      HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/json");
  private static final Header BINARY_TYPE =
      HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/octet-stream");
  private static final Header CHALLENGE =
      HeaderValues.createCached(HeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"weft\"");
  private static final Header VARY = HeaderValues.createCached(HeaderNames.VARY, "Accept-Encoding");

  /** Up to here an answer is sent in one piece. */
  private static final int WHOLE_BYTES_MAX = 64 << 10;

  private final long compressFromBytes;
  private final Duration timeout;
  private final Patience patience;

  Replies(GatewaySettings settings, Patience patience) {
    this.compressFromBytes = settings.compressFromBytes();
    this.timeout = settings.bodyTimeout();
    this.patience = patience;
  }

  void json(ServerRequest request, ServerResponse response, int status, Map<String, ?> object)
      throws IOException {
    response.status(status).header(JSON_TYPE);
    send(request, response, Json.write(object).getBytes(StandardCharsets.UTF_8));
  }

  /** Writes a JSON array of objects. */
  void array(ServerRequest request, ServerResponse response, Iterable<Map<String, ?>> objects)
      throws IOException {
    var text = new StringBuilder("[");
    for (var object : objects) {
      text.append(text.length() > 1 ? "," : "").append(Json.write(object));
    }
    response.header(JSON_TYPE);
    send(request, response, text.append("]").toString().getBytes(StandardCharsets.UTF_8));
  }

  void text(ServerRequest request, ServerResponse response, String type, byte[] content)
      throws IOException {
    response.header(HeaderNames.CONTENT_TYPE, type);
    send(request, response, content);
  }

  /** Says what went wrong. */
  void error(ServerRequest request, ServerResponse response, ErrorAnswer error) {
    response.status(error.status()).header(JSON_TYPE);
    if (error.status() == 401) {
      response.header(CHALLENGE);
    }
    error
        .retryAfterSeconds()
        .ifPresent(seconds -> response.header(HeaderNames.RETRY_AFTER, seconds));
    sendPlain(request, response, error.json());
  }

  void inference(ServerRequest request, ServerResponse response, EncodedResponse answer)
      throws IOException {
    response.header(answer.isBinary() ? BINARY_TYPE : JSON_TYPE);
    if (answer.isBinary()) {
      response.header(HeaderValues.create(JSON_LENGTH, answer.json().length));
    }
    if (answer.length() <= WHOLE_BYTES_MAX || encoding(request, answer.length()).isPresent()) {
      send(request, response, whole(answer));
      return;
    }
    endIfUnread(request, response);
    response.contentLength(answer.length());
    try (var _ = patience.with(timeout);
        var out = response.outputStream()) {
      answer.writeTo(out);
    }
  }

  private static byte[] whole(EncodedResponse answer) throws IOException {
    if (!answer.isBinary()) {
      return answer.json();
    }
    var bytes = new ByteArrayOutputStream(Math.toIntExact(answer.length()));
    answer.writeTo(bytes);
    return bytes.toByteArray();
  }

  private void send(ServerRequest request, ServerResponse response, byte[] content)
      throws IOException {
    var encoding = encoding(request, content.length);
    if (encoding.isEmpty()) {
      sendPlain(request, response, content);
      return;
    }
    response.header(VARY).header(HeaderNames.CONTENT_ENCODING, encoding.get().token());
    sendPlain(request, response, encoding.get().deflated(content));
  }

  private void sendPlain(ServerRequest request, ServerResponse response, byte[] content) {
    endIfUnread(request, response);
    try (var _ = patience.with(timeout)) {
      response.send(content);
    }
  }

  /** Some of a request that is not read would have to be waited for, or be taken for the next. */
  private static void endIfUnread(ServerRequest request, ServerResponse response) {
    if (request.content().hasEntity() && !request.content().consumed()) {
      response.header(HeaderValues.CONNECTION_CLOSE);
    }
  }

  private Optional<Encoding> encoding(ServerRequest request, long length) {
    return length < compressFromBytes
        ? Optional.empty()
        : Encoding.accepted(request.headers().first(HeaderNames.ACCEPT_ENCODING));
  }
}
