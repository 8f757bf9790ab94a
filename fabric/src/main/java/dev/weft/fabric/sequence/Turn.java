package dev.weft.fabric.sequence;

import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Request;
import java.util.Optional;

/** What becomes of a step whose turn it is. */
sealed interface Turn {

  PendingStep step();

  /**
   * It runs.
   *
   * @param request with the state that the step before left
   * @param room for the state that it leaves; empty if it is the last
   */
  record Run(PendingStep step, Request request, Optional<StateTensors> room) implements Turn {}

  /** It is refused. */
  record Refused(PendingStep step, Answer answer) implements Turn {}

  /** It was answered while it waited. */
  record Over(PendingStep step) implements Turn {}
}
