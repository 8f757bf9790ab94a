package dev.weft.sim.invariant;

import dev.weft.sim.invariant.AcknowledgedKept.Deleted;
import java.util.ArrayList;
import java.util.List;

/** Each record that was dropped or deleted is counted by one loss, and by no other. */
public final class OneLossPerGap {

  public static final String NAME = "one-loss-record-per-gap";

  private OneLossPerGap() {}

  /**
   * @param lacking records that were answered with a drop or were here and are not
   * @param counted by the losses, those that they carry included
   * @param deleted what losses say was deleted
   * @param there numbers that are read
   */
  public static List<Violation> check(
      String where, long lacking, long counted, List<Deleted> deleted, List<Long> there) {
    var found = new ArrayList<Violation>();
    if (lacking != counted) {
      found.add(
          new Violation(
              NAME, "%s: %d lacking, losses count %d".formatted(where, lacking, counted)));
    }
    for (var i = 0; i < deleted.size(); i++) {
      for (var j = i + 1; j < deleted.size(); j++) {
        if (deleted.get(i).has(deleted.get(j).first())
            || deleted.get(j).has(deleted.get(i).first())) {
          found.add(
              new Violation(
                  NAME, "%s: %s and %s overlap".formatted(where, deleted.get(i), deleted.get(j))));
        }
      }
    }
    for (var number : there) {
      if (deleted.stream().anyMatch(range -> range.has(number))) {
        found.add(new Violation(NAME, "%s: record %d is lost and there".formatted(where, number)));
      }
    }
    return found;
  }
}
