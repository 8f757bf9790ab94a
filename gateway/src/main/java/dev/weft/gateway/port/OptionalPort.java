package dev.weft.gateway.port;

import java.util.Locale;
import java.util.OptionalInt;

/** The port of a server that may be off. */
public final class OptionalPort {

  private static final int PORT_MAX = 65_535;

  private OptionalPort() {}

  /**
   * Reads a port, which {@code off} or -1 turns off.
   *
   * @param setting its name, for messages
   * @throws IllegalArgumentException if it is none
   */
  public static OptionalInt of(String setting, String value) {
    var text = value.strip().toLowerCase(Locale.ROOT);
    if (text.equals("off") || text.equals("false") || text.equals("-1")) {
      return OptionalInt.empty();
    }
    if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > PORT_MAX) {
      throw new IllegalArgumentException(
          "%s: %s (expected: 0 to %d, or off)".formatted(setting, value, PORT_MAX));
    }
    return OptionalInt.of(Integer.parseInt(text));
  }
}
