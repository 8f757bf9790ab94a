package dev.weft.fabric.pipeline;

import dev.weft.fabric.loop.Loops;
import java.util.function.LongConsumer;

/**
 * What a pipeline must know of the node it runs on.
 *
 * @param arrivals is told the deadline of every frame that comes in
 * @param answers is told every answer
 */
public record NodeView(
    Loops loops, LongConsumer arrivals, NodeLoad load, FabricClock clock, AnswerRelay answers) {

  /** One whose answers nobody observes yet. */
  public NodeView(Loops loops, LongConsumer arrivals, NodeLoad load, FabricClock clock) {
    this(loops, arrivals, load, clock, new AnswerRelay());
  }
}
