package dev.weft.sim.invariant;

import dev.weft.sim.invariant.AcknowledgedKept.Deleted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A sink has exactly what its source promised: each record once, in order and as it was, and each
 * gap by one loss.
 */
public final class DeliveredOnce {

  public static final String NAME = "delivered-once";

  private DeliveredOnce() {}

  /** Something that came, at its number; {@code text} tells what. */
  public record Item(long number, String text) {}

  /**
   * @param promised records that the source acknowledged, by number
   * @param there records and losses that the source has now, by number
   * @param deleted what the source has deleted since, having sent it
   * @param arrived all that a reader of the sink is given, in that order
   */
  public static List<Violation> check(
      String where,
      Map<Long, String> promised,
      Map<Long, String> there,
      List<Deleted> deleted,
      List<Item> arrived) {
    var found = new ArrayList<Violation>();
    var came = new TreeMap<Long, String>();
    var before = 0L;
    for (var item : arrived) {
      if (item.number() <= before) {
        found.add(violation(where, "%d comes after %d".formatted(item.number(), before)));
      }
      before = item.number();
      came.put(item.number(), item.text());
    }
    var expected = new TreeMap<>(promised);
    expected.putAll(there);
    expected.forEach(
        (number, text) -> {
          var arrivedText = came.get(number);
          if (arrivedText == null) {
            found.add(violation(where, "%d is missing: %s".formatted(number, text)));
          } else if (!arrivedText.equals(text)) {
            found.add(
                violation(where, "%d: %s (expected: %s)".formatted(number, arrivedText, text)));
          }
        });
    var deletedTo = deleted.stream().mapToLong(Deleted::last).max().orElse(0);
    came.forEach(
        (number, text) -> {
          if (number > deletedTo && !expected.containsKey(number)) {
            found.add(violation(where, "%d was never there: %s".formatted(number, text)));
          }
        });
    return found;
  }

  private static Violation violation(String where, String what) {
    return new Violation(NAME, where + ": " + what);
  }
}
