package dev.weft.stages.image;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * The order in which a person reads boxes of text: rows from top to bottom, within a row from left
 * to right, along the common slant of all boxes.
 */
final class ReadingOrder {

  /** A box and where its centre lies once the page is turned upright. */
  private record Placed<T>(T item, RotatedBox box, double x, double y) {}

  private ReadingOrder() {}

  /** The {@code items}, whose places on the page {@code boxOf} tells, as they are read. */
  static <T> List<T> of(List<T> items, Function<T, RotatedBox> boxOf) {
    var slant = slant(items.stream().map(boxOf).toList());
    var cos = Math.cos(slant);
    var sin = Math.sin(slant);
    var placed = new ArrayList<Placed<T>>();
    for (var item : items) {
      var box = boxOf.apply(item);
      var x = box.centerX() * cos + box.centerY() * sin;
      var y = box.centerY() * cos - box.centerX() * sin;
      placed.add(new Placed<>(item, box, x, y));
    }
    placed.sort(
        Comparator.comparingDouble((Placed<T> place) -> place.y).thenComparingDouble(Placed::x));
    var ordered = new ArrayList<T>();
    var from = 0;
    while (from < placed.size()) {
      var to = rowEnd(placed, from);
      placed.subList(from, to).stream()
          .sorted(Comparator.comparingDouble(Placed::x))
          .forEach(place -> ordered.add(place.item()));
      from = to;
    }
    return ordered;
  }

  /** Angle of the upper sides in radians: the mean of the boxes that are wider than high. */
  private static double slant(List<RotatedBox> boxes) {
    var x = 0.0;
    var y = 0.0;
    for (var box : boxes) {
      if (box.width() > box.height()) {
        x += box.rightX() * box.width();
        y += box.rightY() * box.width();
      }
    }
    return x == 0 ? 0 : Math.atan2(y, x);
  }

  /** A row ends before the first centre that lies below half the height of its first box. */
  private static <T> int rowEnd(List<Placed<T>> placed, int from) {
    var first = placed.get(from);
    var end = from + 1;
    while (end < placed.size()) {
      var next = placed.get(end);
      var reach = Math.min(first.box().minSide(), next.box().minSide()) / 2;
      if (next.y() - first.y() > reach) {
        break;
      }
      end++;
    }
    return end;
  }
}
