package dev.weft.bench.chart;

import dev.weft.bench.chart.Chart.Scale;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/**
 * Where an axis begins, ends and is labelled.
 *
 * @param at ascending; the first and the last are the axis's ends
 */
record Ticks(Scale scale, List<Double> at) {

  private static final int COUNT_WANTED = 6;
  private static final double[] STEPS = {1, 2, 2.5, 5, 10};
  private static final double[] LOG_STEPS = {1, 2, 5};
  private static final double MANY_DECADES = 3;
  private static final double ROUNDING = 1e-9;

  Ticks {
    at = List.copyOf(at);
  }

  /** Round numbers from at or below {@code low} to at or above {@code high}. */
  static Ticks linear(double low, double high) {
    var span = high > low ? high - low : Math.max(1, Math.abs(high));
    var power = Math.pow(10, Math.floor(Math.log10(span / COUNT_WANTED)));
    var step = 10 * power;
    for (var candidate : STEPS) {
      if (span / (candidate * power) <= COUNT_WANTED) {
        step = candidate * power;
        break;
      }
    }
    var at = new ArrayList<Double>();
    var first = Math.floor(low / step + ROUNDING);
    for (var i = first; at.size() < 2 || (i - 1) * step < high - step * ROUNDING; i++) {
      at.add(rounded(i * step));
    }
    return new Ticks(Scale.LINEAR, at);
  }

  /**
   * 1, 2 and 5 of every decade, or its 1 alone where there are many.
   *
   * @param low above 0
   */
  static Ticks log(double low, double high) {
    var decades = Math.log10(high / low);
    var at = new ArrayList<Double>();
    for (var power = Math.floor(Math.log10(low)); at.size() < 2 || at.getLast() < high; power++) {
      for (var step : LOG_STEPS) {
        if (decades > MANY_DECADES && step != 1) {
          continue;
        }
        var tick = rounded(step * Math.pow(10, power));
        if (tick <= low * (1 + ROUNDING)) {
          at.clear();
        }
        if (at.size() < 2 || at.getLast() < high) {
          at.add(tick);
        }
      }
    }
    return new Ticks(Scale.LOG, at);
  }

  /** Share of the axis's length at which {@code value} lies, 0 to 1. */
  double place(double value) {
    return (scaled(value) - scaled(at.getFirst())) / (scaled(at.getLast()) - scaled(at.getFirst()));
  }

  private double scaled(double value) {
    return scale == Scale.LOG ? Math.log10(Math.max(value, at.getFirst())) : value;
  }

  private static double rounded(double value) {
    return new BigDecimal(value).round(new MathContext(9)).doubleValue();
  }
}
