package dev.weft.cluster.lookout;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which neighbours to knock at, and whose process has ended by what came of it. Silence says
 * little, as a process that stands still, or a network that is cut, is silent too; a connection
 * that breaks, after which all are refused, says that nobody listens there any more. Knows no
 * clock; not threadsafe.
 */
final class Lookout {

  private final int refusals;
  private int neighbours;
  private final Set<Neighbour> met = new HashSet<>();
  private final Set<Neighbour> knockedAt = new HashSet<>();
  private final Map<Neighbour, Integer> refused = new HashMap<>();

  /**
   * @param refusals in a row that mean the end of a process
   */
  Lookout(int refusals) {
    this.refusals = refusals;
  }

  /**
   * At whom to knock now: whoever had a connection and has none. One who never had is not known to
   * listen where it says.
   *
   * @param there all neighbours; what is known of others is forgotten
   * @param isConnected whether there is a data link to it now
   */
  List<Neighbour> due(Collection<Neighbour> there, Predicate<Neighbour> isConnected) {
    neighbours = there.size();
    met.retainAll(there);
    refused.keySet().retainAll(there);
    var due = new ArrayList<Neighbour>();
    for (var neighbour : there) {
      if (isConnected.test(neighbour)) {
        met.add(neighbour);
        refused.remove(neighbour);
      } else if (met.contains(neighbour)
          && refused.getOrDefault(neighbour, 0) < refusals
          && knockedAt.add(neighbour)) {
        due.add(neighbour);
      }
    }
    return due;
  }

  /**
   * Takes note of what came of a knock. Whom half of its site or more refuse has reason to doubt
   * its own network, and lets the others decide; of two each doubts the other only.
   *
   * @return whether the neighbour's process has ended; told once, unless it is connected again
   */
  boolean hasEnded(Neighbour neighbour, Knock knock) {
    knockedAt.remove(neighbour);
    if (!met.contains(neighbour)) {
      return false;
    }
    return switch (knock) {
      case REFUSED -> refused.merge(neighbour, 1, Integer::sum) == refusals && isOfTheFewer();
      case UNCLEAR -> {
        refused.remove(neighbour);
        yield false;
      }
    };
  }

  private boolean isOfTheFewer() {
    return neighbours == 1 || 2 * refused.size() < neighbours + 1;
  }
}
