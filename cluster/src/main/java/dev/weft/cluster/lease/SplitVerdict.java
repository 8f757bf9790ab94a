package dev.weft.cluster.lease;

import java.util.Set;

/**
 * What becomes of a site whose nodes do not all reach each other, as one of them decides it.
 *
 * @param ask whether the site's journal is asked for the right first
 * @param granted names of those that end if the journal grants it, or is not asked
 * @param denied names of those that end if another node has the right
 */
record SplitVerdict(Ask ask, Set<String> granted, Set<String> denied) {

  /** When the journal is asked. */
  enum Ask {
    NOT,
    AT_ONCE,
    /** A moment after those who should go on rather, though either may. */
    LATER,
    /** When those who should go on have had the time to. */
    LAST
  }

  SplitVerdict {
    granted = Set.copyOf(granted);
    denied = Set.copyOf(denied);
  }

  /** These end, whoever has the right. */
  static SplitVerdict end(Set<String> ending) {
    return new SplitVerdict(Ask.NOT, ending, ending);
  }
}
