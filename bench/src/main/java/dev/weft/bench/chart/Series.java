package dev.weft.bench.chart;

import java.util.ArrayList;
import java.util.List;

/**
 * Points of one contender in a chart.
 *
 * @param name for the legend
 * @param conditions under which the points were found, in a few words
 */
public record Series(Chart chart, String name, String conditions, List<Point> points) {

  /**
   * One point.
   *
   * @param label written at its place on the x axis instead of the number; empty for none
   */
  public record Point(double x, double y, String label) {
    public Point {
      if (!Double.isFinite(x) || !Double.isFinite(y)) {
        throw new IllegalArgumentException("%s, %s (expected: finite numbers)".formatted(x, y));
      }
    }
  }

  public Series {
    points = List.copyOf(points);
  }

  public static Builder of(Chart chart, String name, String conditions) {
    return new Builder(chart, name, conditions);
  }

  /** Collects points; used by one thread. */
  public static final class Builder {
    private final Chart chart;
    private final String name;
    private final String conditions;
    private final List<Point> points = new ArrayList<>();

    private Builder(Chart chart, String name, String conditions) {
      this.chart = chart;
      this.name = name;
      this.conditions = conditions;
    }

    public Builder add(double x, double y) {
      points.add(new Point(x, y, ""));
      return this;
    }

    /** At the next whole number, under this label. */
    public Builder add(String label, double y) {
      points.add(new Point(points.size(), y, label));
      return this;
    }

    public Series build() {
      return new Series(chart, name, conditions, points);
    }
  }
}
