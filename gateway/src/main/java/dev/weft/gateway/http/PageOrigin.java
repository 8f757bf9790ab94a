package dev.weft.gateway.http;

import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.ProtocolException;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;

/** Whether a browser sends a request for a page, and says so; clients of the protocol are none. */
final class PageOrigin {

  private PageOrigin() {}

  static boolean isSent(ServerRequest request) {
    return request.headers().contains(HeaderNames.ORIGIN);
  }

  /**
   * @throws ProtocolException if a page of whichever site has it sent
   */
  static void requireNone(ServerRequest request) {
    if (isSent(request)) {
      throw new ProtocolException(
          Fault.FOREIGN, "a change for a page of a browser (expected: no header Origin)");
    }
  }
}
