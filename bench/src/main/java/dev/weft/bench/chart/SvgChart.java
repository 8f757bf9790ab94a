package dev.weft.bench.chart;

import dev.weft.bench.chart.Chart.Axis;
import dev.weft.bench.chart.Chart.Kind;
import dev.weft.bench.chart.Chart.Scale;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/** One chart as an SVG document: title, conditions, axes with units, points and a legend. */
final class SvgChart {

  private static final int WIDTH = 820;
  private static final int HEIGHT = 460;
  private static final int LEFT = 76;
  private static final int RIGHT = 200;
  private static final int BOTTOM = 58;
  private static final int TITLE_Y = 26;
  private static final int SMALL_LINE = 14;
  private static final int CONDITIONS_CHARACTERS_MAX = 130;
  private static final int CONDITIONS_LINES_MAX = 3;
  private static final int LEGEND_CHARACTERS_MAX = 20;
  private static final double BARS_SHARE = 0.8;

  private final Chart chart;
  private final List<Series> series;
  private final List<String> conditions;
  private final int top;
  private final TreeMap<Double, String> labels = new TreeMap<>();
  private final Ticks x;
  private final Ticks y;
  private final StringBuilder svg = new StringBuilder();

  /**
   * @param series at least one, all of {@code chart}, in the order of the legend; the first one's
   *     conditions stand under the title
   */
  SvgChart(Chart chart, List<Series> series) {
    this.chart = chart;
    this.series = List.copyOf(series);
    this.conditions =
        wrapped(series.getFirst().conditions(), CONDITIONS_CHARACTERS_MAX, CONDITIONS_LINES_MAX);
    this.top = TITLE_Y + 16 + this.conditions.size() * SMALL_LINE;
    for (var one : series) {
      one.points().stream()
          .filter(point -> !point.label().isEmpty())
          .forEach(point -> labels.put(point.x(), point.label()));
    }
    this.x = ticksOfX();
    this.y = ticksOfY();
  }

  private Ticks ticksOfX() {
    if (labels.isEmpty()) {
      return ticks(chart.x(), points().map(Series.Point::x).mapToDouble(v -> v));
    }
    return new Ticks(Scale.LINEAR, List.of(labels.firstKey() - 0.5, labels.lastKey() + 0.5));
  }

  private Ticks ticksOfY() {
    var values = points().map(Series.Point::y).mapToDouble(v -> v);
    return chart.y().scale() == Scale.LOG
        ? ticks(chart.y(), values)
        : ticks(chart.y(), DoubleStream.concat(DoubleStream.of(0), values));
  }

  private java.util.stream.Stream<Series.Point> points() {
    return series.stream().flatMap(one -> one.points().stream());
  }

  /** A logarithmic axis leaves out what is not above 0. */
  private static Ticks ticks(Axis axis, DoubleStream values) {
    var isLog = axis.scale() == Scale.LOG;
    var range = values.filter(value -> !isLog || value > 0).summaryStatistics();
    if (range.getCount() == 0) {
      return isLog ? Ticks.log(1, 10) : Ticks.linear(0, 1);
    }
    return isLog
        ? Ticks.log(range.getMin(), range.getMax())
        : Ticks.linear(range.getMin(), range.getMax());
  }

  /** The document. */
  @Override
  public String toString() {
    svg.setLength(0);
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
            + " font-family=\"Helvetica, Arial, sans-serif\" font-size=\"12\">",
        WIDTH, HEIGHT, WIDTH, HEIGHT);
    add("<title>%s</title>", escaped(chart.title()));
    add("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", WIDTH, HEIGHT);
    add(
        "<text x=\"%d\" y=\"%d\" font-size=\"16\" font-weight=\"bold\">%s</text>",
        LEFT, TITLE_Y, escaped(chart.title()));
    for (var i = 0; i < conditions.size(); i++) {
      add(
          "<text x=\"%d\" y=\"%d\" font-size=\"10.5\" fill=\"#444\">%s</text>",
          LEFT, TITLE_Y + (i + 1) * SMALL_LINE + 2, escaped(conditions.get(i)));
    }
    drawAxes();
    for (var i = 0; i < series.size(); i++) {
      draw(series.get(i), i);
      drawLegend(series.get(i), i);
    }
    return svg.append("</svg>\n").toString();
  }

  private void drawAxes() {
    for (var tick : y.at()) {
      var place = py(tick);
      add(
          "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>",
          LEFT, WIDTH - RIGHT, place, place);
      text(LEFT - 8, place + 4, "end", plain(tick));
    }
    if (labels.isEmpty()) {
      x.at().forEach(tick -> xLabel(px(tick), plain(tick)));
    } else {
      labels.forEach((place, label) -> xLabel(px(place), label));
    }
    add(
        "<path d=\"M%d %d V%d H%d\" fill=\"none\" stroke=\"black\"/>",
        LEFT, top, HEIGHT - BOTTOM, WIDTH - RIGHT);
    text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 16, "middle", chart.x().title());
    var middle = (top + HEIGHT - BOTTOM) / 2.0;
    add(
        "<text transform=\"translate(18 %.1f) rotate(-90)\" text-anchor=\"middle\">%s</text>",
        middle, escaped(chart.y().title()));
  }

  private void xLabel(double place, String label) {
    add(
        "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"black\"/>",
        place, place, HEIGHT - BOTTOM, HEIGHT - BOTTOM + 5);
    text(place, HEIGHT - BOTTOM + 19, "middle", label);
  }

  private void draw(Series one, int index) {
    if (chart.kind() == Kind.BARS) {
      drawBars(one, index);
      return;
    }
    var pen = Pen.of(index);
    var path = new StringBuilder();
    var shown = one.points().stream().filter(this::isShown).toList();
    for (var point : shown) {
      path.append(
          "%s%.1f %.1f".formatted(path.isEmpty() ? "M" : " L", px(point.x()), py(point.y())));
    }
    if (!path.isEmpty()) {
      add(
          "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\""
              + " stroke-dasharray=\"%s\"/>",
          path, pen.colour(), pen.dash());
    }
    if (chart.kind() == Kind.LINES) {
      shown.forEach(point -> add("%s", pen.at(px(point.x()), py(point.y()))));
    }
  }

  private boolean isShown(Series.Point point) {
    return (chart.x().scale() == Scale.LINEAR || point.x() > 0)
        && (chart.y().scale() == Scale.LINEAR || point.y() > 0);
  }

  private void drawBars(Series one, int index) {
    var slot = (px(1) - px(0)) * BARS_SHARE;
    var width = slot / series.size();
    for (var point : one.points()) {
      var left = px(point.x()) - slot / 2 + index * width;
      var height = py(0) - py(point.y());
      add(
          "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\""
              + " stroke=\"black\"/>",
          left, py(point.y()), width, Math.max(0, height), Pen.of(index).colour());
      add(
          "<text x=\"%.1f\" y=\"%.1f\" font-size=\"10\" text-anchor=\"middle\">%s</text>",
          left + width / 2, py(point.y()) - 4, plain(point.y()));
    }
  }

  private void drawLegend(Series one, int index) {
    var left = WIDTH - RIGHT + 16;
    var place = top + 12 + index * 34.0;
    var pen = Pen.of(index);
    if (chart.kind() == Kind.BARS) {
      add(
          "<rect x=\"%d\" y=\"%.1f\" width=\"12\" height=\"12\" fill=\"%s\" stroke=\"black\"/>",
          left + 8, place - 6, pen.colour());
    } else {
      add(
          "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"1.8\""
              + " stroke-dasharray=\"%s\"/>",
          left, left + 28, place, place, pen.colour(), pen.dash());
      if (chart.kind() == Kind.LINES) {
        add("%s", pen.at(left + 14, place));
      }
    }
    var lines = wrapped(one.name(), LEGEND_CHARACTERS_MAX, 2);
    for (var i = 0; i < lines.size(); i++) {
      text(left + 34, place + 4 + i * SMALL_LINE, "start", lines.get(i));
    }
  }

  private double px(double value) {
    return LEFT + x.place(value) * (WIDTH - RIGHT - LEFT);
  }

  private double py(double value) {
    return HEIGHT - BOTTOM - y.place(value) * (HEIGHT - BOTTOM - top);
  }

  private void text(double x, double y, String anchor, String text) {
    add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, escaped(text));
  }

  private void add(String element, Object... values) {
    svg.append(element.formatted(values)).append('\n');
  }

  private static String plain(double value) {
    return new BigDecimal(value).round(new MathContext(3)).stripTrailingZeros().toPlainString();
  }

  private static List<String> wrapped(String text, int charactersMax, int linesMax) {
    var lines = new ArrayList<String>();
    var line = new StringBuilder();
    for (var word : text.split(" ")) {
      if (!line.isEmpty() && line.length() + word.length() >= charactersMax) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    if (lines.size() <= linesMax) {
      return lines;
    }
    var kept = new ArrayList<>(lines.subList(0, linesMax));
    kept.set(linesMax - 1, kept.getLast() + " ...");
    return kept;
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
