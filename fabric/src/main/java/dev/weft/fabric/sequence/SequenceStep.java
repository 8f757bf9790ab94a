package dev.weft.fabric.sequence;

/**
 * What a request says of the sequence it belongs to.
 *
 * @param id of the sequence, among those of its tenant; 1 to {@value #ID_LENGTH_MAX} characters
 * @param starts whether it is the first, whatever was before under this id
 * @param ends whether it is the last
 */
public record SequenceStep(String id, boolean starts, boolean ends) {

  /** Most characters of an id. */
  public static final int ID_LENGTH_MAX = 128;

  public SequenceStep {
    if (id.isEmpty() || id.length() > ID_LENGTH_MAX) {
      throw new IllegalArgumentException(
          "sequence id: %d characters (expected: 1 to %d)".formatted(id.length(), ID_LENGTH_MAX));
    }
  }

  /** The first of a sequence. */
  public static SequenceStep start(String id) {
    return new SequenceStep(id, true, false);
  }

  /** One between the first and the last. */
  public static SequenceStep next(String id) {
    return new SequenceStep(id, false, false);
  }

  /** The last of a sequence. */
  public static SequenceStep end(String id) {
    return new SequenceStep(id, false, true);
  }
}
