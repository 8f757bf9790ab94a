package dev.weft.link.compression;

/** How a payload is packed. Numbers are part of what is sent. */
public enum Method {
  /** As it is. */
  NONE(0),
  /** DEFLATE without a header (RFC 1951). */
  DEFLATE(1),
  /** First bytes of all numbers first, then all second ones, and so on; then DEFLATE. */
  SHUFFLED_DEFLATE(2);

  private final int number;

  Method(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /**
   * @throws IllegalArgumentException if a newer release means something by it
   */
  public static Method of(int number) {
    for (var method : values()) {
      if (method.number == number) {
        return method;
      }
    }
    throw new IllegalArgumentException(
        "compression: %d (expected: 0 to %d)".formatted(number, values().length - 1));
  }
}
