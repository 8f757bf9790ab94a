package dev.weft.sim.invariant;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What was acknowledged is there, as it was, or a loss says that it was deleted on purpose. */
public final class AcknowledgedKept {

  public static final String NAME = "acknowledged-kept";

  private AcknowledgedKept() {}

  /** Numbers that a loss says were deleted, both inclusive. */
  public record Deleted(long first, long last) {
    boolean has(long number) {
      return number >= first && number <= last;
    }
  }

  /**
   * @param acknowledged a digest of each record by its number
   * @param there the digests of those that are read now, by number
   */
  public static List<Violation> check(
      String where,
      Map<Long, String> acknowledged,
      Map<Long, String> there,
      List<Deleted> deleted) {
    var found = new ArrayList<Violation>();
    acknowledged.forEach(
        (number, digest) -> {
          var now = there.get(number);
          if (now == null) {
            if (deleted.stream().noneMatch(range -> range.has(number))) {
              found.add(new Violation(NAME, "%s: record %d is gone".formatted(where, number)));
            }
          } else if (!now.equals(digest)) {
            found.add(new Violation(NAME, "%s: record %d has changed".formatted(where, number)));
          }
        });
    return found;
  }
}
