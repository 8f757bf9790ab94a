package dev.weft.cluster.route;

/**
 * Whether frames of one kind are going elsewhere. Immutable; {@link RouteRule} says what follows.
 *
 * @param sinceNanos when it began or ended, on a clock that never goes back
 * @param switches how often it began or ended
 */
public record Overflow(boolean isUnderWay, long sinceNanos, long switches) {

  private static final Overflow NONE = new Overflow(false, 0, 0);

  /** At the start: everything is answered here. */
  public static Overflow none() {
    return NONE;
  }

  Overflow begun(long nowNanos) {
    return isUnderWay ? this : new Overflow(true, nowNanos, switches + 1);
  }

  Overflow ended(long nowNanos) {
    return isUnderWay ? new Overflow(false, nowNanos, switches + 1) : this;
  }
}
