package dev.weft.bench.chart;

import java.util.List;

/**
 * How one series looks. Colours differ in lightness too, and each has a dash and a mark of its own,
 * so that a print in black and white can be read.
 *
 * @param dash lengths of strokes and gaps; empty for a solid line
 */
record Pen(String colour, String dash, Mark mark) {

  /** The shape at each point. */
  enum Mark {
    CIRCLE,
    SQUARE,
    TRIANGLE,
    DIAMOND
  }

  /** Colours of Okabe and Ito, "Color Universal Design", told apart by all kinds of eyes. */
  private static final List<Pen> PENS =
      List.of(
          new Pen("#000000", "", Mark.CIRCLE),
          new Pen("#D55E00", "7 4", Mark.SQUARE),
          new Pen("#0072B2", "2 3", Mark.TRIANGLE),
          new Pen("#8c8c8c", "9 3 2 3", Mark.DIAMOND),
          new Pen("#56B4E9", "12 4", Mark.CIRCLE),
          new Pen("#E69F00", "4 2", Mark.SQUARE));

  static Pen of(int series) {
    return PENS.get(series % PENS.size());
  }

  /** The mark around a point, as an SVG element. */
  String at(double x, double y) {
    return switch (mark) {
      case CIRCLE ->
          "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"/>".formatted(x, y, colour);
      case SQUARE ->
          "<rect x=\"%.1f\" y=\"%.1f\" width=\"7\" height=\"7\" fill=\"%s\"/>"
              .formatted(x - 3.5, y - 3.5, colour);
      case TRIANGLE -> polygon(x, y - 4.5, x + 4, y + 3, x - 4, y + 3);
      case DIAMOND -> polygon(x, y - 5, x + 5, y, x, y + 5, x - 5, y);
    };
  }

  private String polygon(double... corners) {
    var points = new StringBuilder();
    for (var i = 0; i < corners.length; i += 2) {
      points.append("%.1f,%.1f ".formatted(corners[i], corners[i + 1]));
    }
    return "<polygon points=\"%s\" fill=\"%s\"/>".formatted(points.toString().strip(), colour);
  }
}
