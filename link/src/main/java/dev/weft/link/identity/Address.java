package dev.weft.link.identity;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a node listens.
 *
 * @param host a name or an address
 * @param name that its certificate must bear; empty if it is to bear the host
 */
public record Address(String host, int port, Optional<String> name) {

  private static final int PORT_MAX = 65_535;
  private static final String LOCAL = "localhost";

  public Address {
    if (host.isBlank() || port < 1 || port > PORT_MAX) {
      throw new IllegalArgumentException(
          "address: '%s:%d' (expected: HOST:PORT, a port of 1 to %d)"
              .formatted(host, port, PORT_MAX));
    }
  }

  public static Address of(String host, int port) {
    return new Address(host, port, Optional.empty());
  }

  /**
   * Reads {@code HOST:PORT}; an IPv6 address stands in brackets.
   *
   * @throws IllegalArgumentException if it is not that
   */
  public static Address of(String text) {
    var colon = text.lastIndexOf(':');
    var host = colon < 0 ? text : text.substring(0, colon);
    try {
      var port = Integer.parseInt(text.substring(colon + 1));
      var isBracketed = host.startsWith("[") && host.endsWith("]");
      return of(isBracketed ? host.substring(1, host.length() - 1) : host, port);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("address: '%s' (expected: HOST:PORT)".formatted(text), e);
    }
  }

  /** The same, whose certificate must bear another name. */
  public Address named(String other) {
    return new Address(host, port, Optional.of(other));
  }

  /**
   * Whether only this machine reaches it: {@code localhost} and what is below it (RFC 6761), or a
   * loopback address. Of other names that is not known, as they may mean another one at any time;
   * none is looked up.
   */
  public static boolean isLoopback(String host) {
    var name = host.toLowerCase(Locale.ROOT);
    if (name.equals(LOCAL) || name.endsWith("." + LOCAL)) {
      return true;
    }
    try {
      return InetAddress.ofLiteral(host).isLoopbackAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
  }
}
