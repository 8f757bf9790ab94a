package dev.weft.fabric.pairing;

import dev.weft.fabric.pipeline.Answer;
import java.time.Instant;

/**
 * What became of one offered input; every one has exactly one.
 *
 * <p>Of the inputs in one frame, the first in the order the pairing declares is {@link Answered}
 * and the others are {@link Joined}, so that each answer has one owner.
 */
public sealed interface Offered {

  /**
   * It led its frame, or was let go of alone, and this is the answer.
   *
   * @param answer to be closed by whoever takes it
   */
  record Answered(Answer answer) implements Offered {}

  /**
   * It went into the frame that another one leads, and whose answer goes there.
   *
   * @param leader input of the one that leads
   * @param eventTime of the one that leads
   */
  record Joined(String leader, Instant eventTime) implements Offered {}
}
