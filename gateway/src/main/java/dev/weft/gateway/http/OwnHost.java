package dev.weft.gateway.http;

import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.ProtocolException;

/**
 * Whether a request was sent to this host by a name that is surely its own: where nobody is asked
 * who he is, a page of another site could have its name lead here, and read and change what
 * operators do as if it were ours (DNS rebinding). A number cannot be made to lead elsewhere.
 */
final class OwnHost {

  private static final int SHOWN_MAX = 80;

  private OwnHost() {}

  /**
   * @param host the header {@code Host}, with or without a port
   * @throws ProtocolException if it is neither a number nor {@code localhost}
   */
  static void require(String host) {
    if (!isSure(host)) {
      throw new ProtocolException(
          Fault.FOREIGN,
          "host: '%s' (expected: a number or localhost, as nobody is asked who he is; or accounts)"
              .formatted(host.length() > SHOWN_MAX ? host.substring(0, SHOWN_MAX) + "..." : host));
    }
  }

  static boolean isSure(String host) {
    if (host.startsWith("[")) {
      return host.matches("\\[[0-9A-Fa-f:.]+](:[0-9]+)?");
    }
    var name = host.replaceFirst(":[0-9]+$", "");
    return name.equalsIgnoreCase("localhost") || name.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
  }
}
