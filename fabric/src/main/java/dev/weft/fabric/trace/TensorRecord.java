package dev.weft.fabric.trace;

import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;

/**
 * A tensor in a record: always what it was, sometimes what it held.
 *
 * @param digest as {@link TensorDigest} makes it, lower-case hex
 */
public record TensorRecord(String name, Datatype datatype, Shape shape, String digest, Kept kept) {

  /** How the content of a tensor was kept. */
  public sealed interface Kept {}

  /** It was not. */
  public record NotKept() implements Kept {}

  /**
   * In a {@link TraceRecord.Content} before.
   *
   * @param content its digest
   */
  public record Beside(String content) implements Kept {}

  /**
   * A redaction left something else in its place.
   *
   * @param content digest of what it left; empty if nothing
   */
  public record Redacted(String content) implements Kept {}

  /** Here, as it is short. */
  public record Inline(byte[] bytes) implements Kept {}

  static final Kept NOT_KEPT = new NotKept();
}
