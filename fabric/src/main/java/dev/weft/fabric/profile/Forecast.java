package dev.weft.fabric.profile;

/**
 * What a frame is expected to take through several steps, one after the other.
 *
 * <p>Means add up. The tail above the mean adds up in squares, as for steps that are slow
 * independently of each other: the sum of all 95th percentiles would be a frame that is unlucky
 * everywhere.
 */
public final class Forecast {

  private double meanNanos;
  private double spreadSquares;

  /**
   * Adds a step.
   *
   * @param share of the frames that run it, 0 to 1
   */
  public void add(ServiceTime time, double share) {
    meanNanos += share * time.meanNanos();
    var spread = time.spreadNanos();
    // A step that some frames skip spreads the sum, too.
    spreadSquares +=
        share * spread * spread
            + share * (1 - share) * (double) time.meanNanos() * time.meanNanos();
  }

  public ServiceTime total() {
    return new ServiceTime(Math.round(meanNanos), Math.round(meanNanos + Math.sqrt(spreadSquares)));
  }
}
