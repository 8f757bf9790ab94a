package dev.weft.supervisor.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One gate over time as an SVG picture: the interval that holds the true value as a band, the
 * figure as measured as a line in it, the limit dashed, and a mark where a step begins.
 */
final class GatePlot {

  private static final int WIDTH = 560;
  private static final int HEIGHT = 150;
  private static final int LEFT = 84;
  private static final int RIGHT = 10;
  private static final int TOP = 10;
  private static final int BOTTOM = 36;

  /** A limit stands at most at this part of the picture's height, so that both sides show. */
  private static final double ROOM = 2.0;

  /**
   * One look at the gate.
   *
   * @param seconds since the rollout began
   * @param lower NaN where there is none, as {@code estimate} and {@code upper}
   */
  record Look(double seconds, String step, double estimate, double lower, double upper) {}

  private final List<Look> looks;
  private final double limit;
  private final double end;
  private final double most;

  GatePlot(List<Look> looks, double limit) {
    this.looks = List.copyOf(looks);
    this.limit = limit;
    this.end = Math.max(1e-3, looks.isEmpty() ? 1 : looks.getLast().seconds());
    var largest = limit;
    for (var look : looks) {
      largest = Math.max(largest, finite(look.estimate(), 0));
      largest = Math.max(largest, finite(look.lower(), 0));
    }
    this.most = Math.max(Math.min(largest * 1.1, limit * 8), limit * ROOM);
  }

  String svg() {
    var svg = new StringBuilder();
    svg.append(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" width=\"%d\">".formatted(WIDTH, HEIGHT, WIDTH));
    marks(svg);
    svg.append("<path class=\"band\" d=\"").append(band()).append("\"/>");
    svg.append("<path class=\"line\" d=\"").append(line()).append("\"/>");
    svg.append(
        "<line class=\"limit\" x1=\"%d\" x2=\"%d\" y1=\"%s\" y2=\"%s\"/>"
            .formatted(LEFT, WIDTH - RIGHT, y(limit), y(limit)));
    text(svg, LEFT - 6, y(limit), "end", "limit " + shortened(limit));
    text(svg, LEFT - 6, y(0), "end", "0");
    text(svg, LEFT - 6, y(most) + 8, "end", shortened(most));
    text(svg, WIDTH - RIGHT, HEIGHT - 6, "end", shortened(end) + " s");
    return svg.append("</svg>").toString();
  }

  private void marks(StringBuilder svg) {
    var step = "";
    for (var look : looks) {
      if (!look.step().equals(step)) {
        step = look.step();
        svg.append(
            "<line class=\"step\" x1=\"%1$s\" x2=\"%1$s\" y1=\"%2$d\" y2=\"%3$d\"/>"
                .formatted(x(look.seconds()), TOP, HEIGHT - BOTTOM));
        text(svg, x(look.seconds()) + 2, HEIGHT - 20, "start", step);
      }
    }
  }

  private String band() {
    var upper = new ArrayList<String>();
    var lower = new ArrayList<String>();
    for (var look : looks) {
      if (!Double.isNaN(look.estimate())) {
        upper.add(x(look.seconds()) + "," + y(finite(look.upper(), most)));
        lower.addFirst(x(look.seconds()) + "," + y(finite(look.lower(), 0)));
      }
    }
    upper.addAll(lower);
    return upper.isEmpty() ? "" : "M" + String.join(" L", upper) + "Z";
  }

  private String line() {
    var points = new ArrayList<String>();
    for (var look : looks) {
      if (!Double.isNaN(look.estimate())) {
        points.add(x(look.seconds()) + "," + y(look.estimate()));
      }
    }
    return points.isEmpty() ? "" : "M" + String.join(" L", points);
  }

  private double x(double seconds) {
    return rounded(LEFT + seconds / end * (WIDTH - LEFT - RIGHT));
  }

  private double y(double value) {
    var part = Math.clamp(value / most, 0, 1);
    return rounded(HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM));
  }

  private static double rounded(double value) {
    return Math.round(value * 10) / 10.0;
  }

  private static double finite(double value, double otherwise) {
    return Double.isFinite(value) ? value : otherwise;
  }

  private static String shortened(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }

  private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
    svg.append(
        "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>"
            .formatted(x, y, anchor, Html.escaped(text)));
  }
}
