package dev.weft.gateway.http;

import dev.weft.fabric.json.Json;
import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.ProtocolException;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;

/** Reads bodies that are small by nature. */
record SmallBodies(GatewaySettings settings, Patience patience) {

  private static final int OBJECT_BYTES_MAX = 4 << 10;

  /**
   * The body as a JSON object; an empty one if there is none.
   *
   * @throws ProtocolException if it is no such object, or longer than {@value #OBJECT_BYTES_MAX}
   */
  Map<String, Object> object(ServerRequest request) throws IOException {
    return read(request, Json::readObject);
  }

  /**
   * As {@link #object}; what is null there is empty here.
   *
   * @throws ProtocolException as {@link #object}
   */
  Map<String, Object> settings(ServerRequest request) throws IOException {
    return read(request, Json::readObjectWithNulls);
  }

  private Map<String, Object> read(
      ServerRequest request, Function<String, Map<String, Object>> reading) throws IOException {
    var body = text(request, OBJECT_BYTES_MAX);
    try {
      return body.isEmpty() ? Map.of() : reading.apply(body);
    } catch (IllegalArgumentException e) {
      throw new ProtocolException(Fault.INVALID, "body: " + e.getMessage());
    }
  }

  /**
   * The body as text; empty if there is none.
   *
   * @throws ProtocolException if it is longer than {@code bytesMax}
   */
  String text(ServerRequest request, int bytesMax) throws IOException {
    if (!request.content().hasEntity()) {
      return "";
    }
    try (var in = new WireInput(request.content().inputStream(), settings, patience)) {
      var body = in.readNBytes(bytesMax + 1);
      if (body.length > bytesMax) {
        throw new ProtocolException(
            Fault.TOO_LARGE, "body: too long (expected: <= %d bytes)".formatted(bytesMax));
      }
      return new String(body, StandardCharsets.UTF_8);
    }
  }
}
