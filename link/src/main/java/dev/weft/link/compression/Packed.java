package dev.weft.link.compression;

/**
 * A payload as it is sent.
 *
 * @param width bytes of a number, 1 where there are none
 * @param length bytes of the payload as it was
 * @param bytes must not be written
 */
public record Packed(Method method, int width, int length, byte[] bytes) {

  /** Bytes sent per byte that is meant, at most 1; 1 of an empty one. */
  public double ratio() {
    return length == 0 ? 1 : (double) bytes.length / length;
  }
}
