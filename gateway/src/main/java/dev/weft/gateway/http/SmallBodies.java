package dev.weft.gateway.http;

import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.ProtocolException;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads bodies that are small by nature. */
record SmallBodies(GatewaySettings settings, Patience patience) {

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
