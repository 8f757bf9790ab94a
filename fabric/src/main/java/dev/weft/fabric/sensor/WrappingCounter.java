package dev.weft.fabric.sensor;

/** Adds up what a counter of energy advances, which begins at 0 again behind its largest value. */
final class WrappingCounter {

  /** No processor takes more; an advance beyond this is a counter that was set back. */
  static final double WATTS_MAX = 2_000;

  private static final double NANOS = 1e9;
  private static final double MICROS = 1e6;

  private final long rangeMicrojoules;
  private long last;

  /**
   * @param rangeMicrojoules the largest value there is
   * @param now the value from which it is counted
   */
  WrappingCounter(long rangeMicrojoules, long now) {
    this.rangeMicrojoules = rangeMicrojoules;
    this.last = now;
  }

  /**
   * The joules since the last reading.
   *
   * @param now the counter, in microjoules
   * @param elapsedNanos since then, in which it began anew once at most
   * @return 0 if it cannot have advanced like this, as after a sleep of the machine
   */
  double advance(long now, long elapsedNanos) {
    var advanced = now >= last ? now - last : rangeMicrojoules - last + now;
    last = now;
    var joules = advanced / MICROS;
    return advanced < 0 || joules > WATTS_MAX * elapsedNanos / NANOS ? 0 : joules;
  }
}
