package dev.weft.cluster.fleet;

import java.util.concurrent.CompletionStage;

/** The way from a region to its nodes. Threadsafe. */
@FunctionalInterface
public interface FleetLink {

  /**
   * Tells a node, and brings where it stands; completes exceptionally if it did not answer, though
   * it may have heard.
   */
  CompletionStage<NodeReport> tell(FleetView.Node node, Instruction instruction);
}
