package dev.weft.bench.chart;

/**
 * What one picture shows, without its points.
 *
 * @param name of its file, lower case words joined by {@code -}
 * @param title what a reader learns from it, in a few words
 */
public record Chart(String name, String title, Kind kind, Axis x, Axis y) {

  /** How points are drawn. */
  public enum Kind {
    /** Joined in their order, with a mark at each. */
    LINES,
    /** Joined, without marks: many points. */
    TRACE,
    /** A bar from zero each, beside those of the other series with the same label. */
    BARS
  }

  /**
   * One axis.
   *
   * @param title with the unit, for example {@code latency, ms}
   */
  public record Axis(String title, Scale scale) {

    public static Axis linear(String title) {
      return new Axis(title, Scale.LINEAR);
    }

    public static Axis log(String title) {
      return new Axis(title, Scale.LOG);
    }
  }

  /** How values become places; the logarithm takes numbers above 0 only. */
  public enum Scale {
    LINEAR,
    LOG
  }

  public Chart {
    if (!name.matches("[a-z0-9]+(-[a-z0-9]+)*")) {
      throw new IllegalArgumentException(
          "name: '%s' (expected: lower case words joined by -)".formatted(name));
    }
    if (kind == Kind.BARS && y.scale() == Scale.LOG) {
      throw new IllegalArgumentException("y: LOG (expected: LINEAR, as bars begin at zero)");
    }
  }
}
