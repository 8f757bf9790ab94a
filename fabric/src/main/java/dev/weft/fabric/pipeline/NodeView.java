package dev.weft.fabric.pipeline;

import dev.weft.fabric.loop.Loops;
import java.util.function.LongConsumer;

/**
 * What a pipeline must know of the node it runs on.
 *
 * @param arrivals is told the deadline of every frame that comes in
 */
public record NodeView(Loops loops, LongConsumer arrivals, NodeLoad load, FabricClock clock) {}
