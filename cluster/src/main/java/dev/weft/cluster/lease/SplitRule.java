package dev.weft.cluster.lease;

import dev.weft.cluster.lease.SplitVerdict.Ask;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides which nodes of a site end when some do not reach each other. Those that are not heard of
 * at all may be gone or go on without the others: the site's journal decides, and is asked first by
 * the greater part. Where word of them still comes by way of another site, all know who there is,
 * so that they count: of the parts whose nodes reach each other the one with most full members goes
 * on, of equal ones that with the first node.
 */
final class SplitRule {

  private SplitRule() {}

  /** What the node decides that has lost sight of others for a while. */
  static SplitVerdict decide(SplitSight sight) {
    if (sight.cuts().isEmpty()) {
      return SplitVerdict.end(Set.of());
    }
    var running = running(sight);
    var isHeardOf = sight.cuts().stream().anyMatch(cut -> running.contains(cut.to()));
    return isHeardOf ? counted(sight, running) : unheard(sight);
  }

  /**
   * What the node decides that loses sight of others and finds them again for too long: as if all
   * were heard of, without the journal. Nobody ends where nobody is missed right now.
   */
  static SplitVerdict unstable(SplitSight sight) {
    var all = all(sight);
    return SplitVerdict.end(without(all, staying(sight, all)));
  }

  private static SplitVerdict unheard(SplitSight sight) {
    var reached = new LinkedHashSet<>(all(sight));
    reached.removeIf(sight::isMissed);
    reached.add(sight.self());
    return new SplitVerdict(turn(sight, reached), without(all(sight), reached), reached);
  }

  /**
   * A part with fewer full members than all others waits until these have had the time to ask: no
   * lesser part may go on by being quicker. Of halves either may go on.
   */
  private static Ask turn(SplitSight sight, Collection<String> part) {
    var here = sight.full().stream().filter(part::contains).count();
    var there = sight.full().size() - here;
    if (here < there) {
      return Ask.LAST;
    }
    var isSecond = here == there && here > 0 && !part.contains(sight.full().getFirst());
    return isSecond ? Ask.LATER : Ask.AT_ONCE;
  }

  /**
   * Who ends is sure of it, as the others count the same. The journal is asked for the right all
   * the same, for those who hear nothing of all this; where more than half go on, they do so even
   * if another one has it from before. In halves the first of those that go on asks for it, so that
   * no two of one part compete. The others do so only if nothing came of that, as the first may not
   * be the one that decides; nobody ends by being denied it then.
   */
  private static SplitVerdict counted(SplitSight sight, SequencedSet<String> running) {
    var staying = staying(sight, running);
    var ending = without(running, staying);
    if (!staying.contains(sight.self())) {
      return SplitVerdict.end(ending);
    }
    var isMost = sight.full().stream().filter(staying::contains).count() * 2 > sight.full().size();
    var isFirst = staying.getFirst().equals(sight.self());
    if (isMost) {
      return isFirst ? new SplitVerdict(Ask.AT_ONCE, ending, ending) : SplitVerdict.end(ending);
    }
    return isFirst
        ? new SplitVerdict(Ask.AT_ONCE, ending, staying)
        : new SplitVerdict(Ask.LAST, ending, Set.of());
  }

  /** All, in the order in which they speak for their part. */
  private static SequencedSet<String> all(SplitSight sight) {
    var all = new LinkedHashSet<>(sight.full());
    all.addAll(sight.coming());
    return all;
  }

  private static SequencedSet<String> running(SplitSight sight) {
    var running = new LinkedHashSet<>(all(sight));
    running.removeIf(node -> !sight.runs(node));
    return running;
  }

  /** Those that go on, all of which reach each other, in their order. */
  private static SequencedSet<String> staying(SplitSight sight, SequencedSet<String> nodes) {
    var order = List.copyOf(nodes);
    var part =
        parts(sight, order).stream()
            .min(
                Comparator.comparing((SequencedSet<String> each) -> -fullOf(sight, each))
                    .thenComparing(each -> order.indexOf(each.getFirst())))
            .orElseThrow();
    var staying = new LinkedHashSet<>(part);
    var worst = worst(sight, staying);
    while (cutsOf(sight, worst, staying) > 0) {
      staying.remove(worst);
      worst = worst(sight, staying);
    }
    return staying;
  }

  private static long fullOf(SplitSight sight, Set<String> part) {
    return sight.full().stream().filter(part::contains).count();
  }

  /** Parts between which nobody reaches anybody. */
  private static List<SequencedSet<String>> parts(SplitSight sight, List<String> order) {
    var parts = new ArrayList<SequencedSet<String>>();
    var left = new LinkedHashSet<>(order);
    while (!left.isEmpty()) {
      var part = new LinkedHashSet<String>();
      var next = new ArrayList<>(List.of(left.removeFirst()));
      while (!next.isEmpty()) {
        var node = next.removeLast();
        part.add(node);
        var met = left.stream().filter(other -> !sight.isCut(node, other)).toList();
        met.forEach(left::remove);
        next.addAll(met);
      }
      var inOrder = new LinkedHashSet<>(order);
      inOrder.retainAll(part);
      parts.add(inOrder);
    }
    return parts;
  }

  /** Who reaches the fewest of the others; of equal ones the last. */
  private static String worst(SplitSight sight, SequencedSet<String> nodes) {
    var worst = nodes.getLast();
    for (var node : nodes.reversed()) {
      if (cutsOf(sight, node, nodes) > cutsOf(sight, worst, nodes)) {
        worst = node;
      }
    }
    return worst;
  }

  private static long cutsOf(SplitSight sight, String node, Set<String> nodes) {
    return nodes.stream().filter(other -> sight.isCut(node, other)).count();
  }

  private static Set<String> without(Set<String> all, Set<String> some) {
    var rest = new TreeSet<>(all);
    rest.removeAll(some);
    return rest;
  }
}
