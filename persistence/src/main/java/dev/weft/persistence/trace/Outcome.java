package dev.weft.persistence.trace;

/** How an append ended. A refusal is a value: it says why, and a loss record will count it. */
public sealed interface Outcome {

  /**
   * The record is durable.
   *
   * @param number its place in the whole store: grows with every record, may skip
   * @param sequence its place in its session's stream within the class: 1, 2, 3, ...
   */
  record Kept(long number, long sequence) implements Outcome {}

  /** The record is not kept. */
  record Dropped(LossReason reason) implements Outcome {}
}
