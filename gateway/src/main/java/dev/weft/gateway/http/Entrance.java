package dev.weft.gateway.http;

import dev.weft.gateway.access.AccessException;
import dev.weft.gateway.access.Guard;
import dev.weft.gateway.access.Right;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;

/** Asks the {@link Guard} whether a request of HTTP may come in. */
record Entrance(Guard guard) {

  /**
   * @throws AccessException if it may not
   */
  Guard.Admission admit(Right right, ServerRequest request) {
    var headers = request.headers();
    var shown =
        headers.contains(HeaderNames.AUTHORIZATION)
            ? headers.get(HeaderNames.AUTHORIZATION).allValues()
            : List.<String>of();
    return guard.admit(right, shown, request.remotePeer().host());
  }
}
