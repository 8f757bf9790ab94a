package dev.weft.cluster.frame;

import java.util.concurrent.atomic.LongAdder;

/** How many frames went which way. Threadsafe. */
public final class WayCounters {

  private final LongAdder here = new LongAdder();
  private final LongAdder away = new LongAdder();
  private final LongAdder unreached = new LongAdder();
  private final LongAdder lost = new LongAdder();
  private final LongAdder kept = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder taken = new LongAdder();
  private final LongAdder cached = new LongAdder();

  void here() {
    here.increment();
  }

  void away() {
    away.increment();
  }

  void unreached() {
    unreached.increment();
  }

  void lost() {
    lost.increment();
  }

  void kept() {
    kept.increment();
  }

  void refused() {
    refused.increment();
  }

  void taken() {
    taken.increment();
  }

  void cached() {
    cached.increment();
  }

  /**
   * What was counted since the start.
   *
   * @param here run here, where their session lives or as it lives nowhere
   * @param away run on another node
   * @param unreached run here as the node of their session was not reached
   * @param lost sent to a node that did not answer
   * @param kept run here as they may not be where their session lives
   * @param refused not run, as they may not be where they could run
   * @param taken run here for other nodes
   * @param cached not run, as their route was an earlier answer
   */
  public record Counts(
      long here,
      long away,
      long unreached,
      long lost,
      long kept,
      long refused,
      long taken,
      long cached) {}

  public Counts counts() {
    return new Counts(
        here.sum(),
        away.sum(),
        unreached.sum(),
        lost.sum(),
        kept.sum(),
        refused.sum(),
        taken.sum(),
        cached.sum());
  }
}
