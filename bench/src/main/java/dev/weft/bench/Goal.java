package dev.weft.bench;

/** What a figure should be: at most or at least {@code bound}, in the figure's unit. */
public record Goal(Comparison comparison, double bound) {

  /** How a value is held against a bound. */
  public enum Comparison {
    AT_MOST("<="),
    AT_LEAST(">=");

    private final String sign;

    Comparison(String sign) {
      this.sign = sign;
    }
  }

  public Goal {
    if (!Double.isFinite(bound)) {
      throw new IllegalArgumentException("bound: %s (expected: a finite number)".formatted(bound));
    }
  }

  public static Goal atMost(double bound) {
    return new Goal(Comparison.AT_MOST, bound);
  }

  public static Goal atLeast(double bound) {
    return new Goal(Comparison.AT_LEAST, bound);
  }

  public boolean isMetBy(double value) {
    return switch (comparison) {
      case AT_MOST -> value <= bound;
      case AT_LEAST -> value >= bound;
    };
  }

  /** For example {@code <= 1.05}. */
  @Override
  public String toString() {
    return comparison.sign + " " + Numbers.plain(bound);
  }
}
