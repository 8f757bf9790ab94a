package dev.weft.gateway.protocol;

/**
 * How much of a request is read; what is beyond is refused before memory is taken for it.
 *
 * @param bodyBytesMax JSON and binary tensors together, inflated, at most 2^31 - 9
 * @param jsonBytesMax of that, the JSON, which is held on the heap while it is read
 * @param tensorsMax inputs, and requested outputs, of one request
 * @param elementsMax elements of one tensor
 * @param nameLengthMax characters of a name or of the request's id
 * @param parametersMax parameters of a request, or of one of its tensors
 */
public record ProtocolLimits(
    long bodyBytesMax,
    int jsonBytesMax,
    int tensorsMax,
    long elementsMax,
    int nameLengthMax,
    int parametersMax) {

  /** Nesting of JSON: as many dimensions as a shape may have, and what is around the data. */
  static final int DEPTH_MAX = 40;

  public ProtocolLimits {
    within("bodyBytesMax", bodyBytesMax, Integer.MAX_VALUE - 8);
    within("jsonBytesMax", jsonBytesMax, bodyBytesMax);
    within("tensorsMax", tensorsMax, 1 << 16);
    within("elementsMax", elementsMax, Integer.MAX_VALUE);
    within("nameLengthMax", nameLengthMax, 1 << 16);
    within("parametersMax", parametersMax, 1 << 16);
  }

  private static void within(String name, long value, long max) {
    if (value < 1 || value > max) {
      throw new IllegalArgumentException("%s: %d (expected: 1 to %d)".formatted(name, value, max));
    }
  }
}
