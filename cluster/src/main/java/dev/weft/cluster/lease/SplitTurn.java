package dev.weft.cluster.lease;

import dev.weft.cluster.lease.SplitVerdict.Ask;
import java.util.Set;

/**
 * Whose turn it is to ask the site's journal for the right to go on. Who is to wait looks again
 * each time, so that it asks for what is so then. For one actor.
 */
final class SplitTurn {

  private static final int LATER_LOOKS = 1;

  private final int lastLooks;
  private Set<String> missed = Set.of();
  private int looks;

  /**
   * @param lastLooks looks at the split, one a second, for which the last wait: for as long as
   *     others may see it later, and then wait until it is settled
   */
  SplitTurn(int lastLooks) {
    this.lastLooks = lastLooks;
  }

  /** Has it wait anew, as others are reached again. */
  void reset() {
    looks = 0;
  }

  /**
   * Whether it is to ask now; to be called once a look. It waits anew when others are missed than
   * before.
   */
  boolean isDue(Ask ask, Set<String> nowMissed) {
    if (!missed.equals(nowMissed)) {
      missed = Set.copyOf(nowMissed);
      looks = 0;
    }
    var waited = looks++;
    return switch (ask) {
      case NOT -> false;
      case AT_ONCE -> true;
      case LATER -> waited >= LATER_LOOKS;
      case LAST -> waited >= lastLooks;
    };
  }
}
