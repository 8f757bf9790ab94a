package dev.weft.link.identity;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * Where a node listens.
 *
 * @param host a name or an address
 * @param name that its certificate must bear; empty if it is to bear the host
 */
public record Address(String host, int port, Optional<String> name) {

  private static final int PORT_MAX = 65_535;

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

  /** Whether only this machine reaches it; false also if it is not known what the host means. */
  public static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
  }
}
