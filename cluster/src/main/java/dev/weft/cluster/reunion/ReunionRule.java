package dev.weft.cluster.reunion;

import dev.weft.cluster.site.SiteName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Decides whom of its own name a cluster greets, and what becomes of those it does not know. A site
 * whose processes were all replaced while it was cut off is such a stranger: its nodes and the
 * others throw away what they hear of each other, as each takes the other for a process that is
 * gone. They are taken in as they are, without a restart. For one actor.
 */
final class ReunionRule {

  /** What to do with a stranger. */
  enum Step {
    /** Nothing, or nothing yet. */
    STAY,

    /**
     * Have it be a member. If a process before it still is one at its address, the cluster removes
     * that first, and it must be taken in once more.
     */
    TAKE_IN,

    /** End this process, so that it joins the stranger's cluster in its next life. */
    GIVE_WAY,

    /** Wait until it gives way, and take nothing for the present that it may have changed. */
    RIVAL
  }

  /** How many greetings a stranger may miss before its time begins anew. */
  private static final int MISSED_MAX = 3;

  private record Known(long since, long last) {}

  private final ReunionSettings settings;
  private final Map<Life, Known> strangers = new LinkedHashMap<>(16, 0.75f, true);
  private final SequencedSet<Life> gone = new LinkedHashSet<>();
  private int turn;

  ReunionRule(ReunionSettings settings) {
    this.settings = settings;
  }

  /** Takes note of a member that was removed, and must never be one again. */
  void removed(Life life) {
    gone.add(life);
    if (gone.size() > settings.strangersMax()) {
      gone.removeFirst();
    }
  }

  /**
   * Addresses to greet now: of members that are not reached, as it may be that others are there,
   * and of seeds that are no members, some each time if they are many; and one of all the others,
   * for only these may have lost sight of this node.
   *
   * @param seeds addresses that the node may join by
   */
  List<String> greeted(Sight sight, List<String> seeds) {
    var others =
        new TreeSet<>(
            sight.members().stream()
                .map(Life::address)
                .filter(address -> !address.equals(sight.self().address()))
                .toList());
    var lost = new TreeSet<String>();
    sight.unreached().stream().map(Life::address).forEach(lost::add);
    seeds.stream().filter(seed -> !others.contains(seed)).forEach(lost::add);
    lost.remove(sight.self().address());
    others.removeAll(lost);
    var greeted =
        Stream.concat(
                some(List.copyOf(lost), settings.greetingsMax()).stream(),
                some(List.copyOf(others), 1).stream())
            .toList();
    turn++;
    return greeted;
  }

  private <T> List<T> some(List<T> all, int max) {
    if (all.size() <= max) {
      return all;
    }
    var from = (int) ((long) turn * max % all.size());
    return Stream.concat(all.stream().skip(from), all.stream()).limit(max).toList();
  }

  /** Whether who greets does not know whom it greets, or is not known, and is to be told so. */
  static boolean answers(Greeting greeting, Sight sight) {
    return !greeting.isAnswer()
        && (greeting.expected() != sight.self().uid() || !sight.knows(greeting.from()));
  }

  /** What to do about who greets, at {@code nanos} of monotonic time. */
  Step heard(Greeting greeting, Sight sight, long nanos) {
    var stranger = greeting.from();
    if (sight.knows(stranger) || gone.contains(stranger)) {
      strangers.remove(stranger);
      return Step.STAY;
    }
    if (nanos - since(stranger, nanos) < settings.patience().toNanos()) {
      return Step.STAY;
    }
    if (stranger.site().equals(sight.self().site())
        && goesOnInBoth(stranger.site(), greeting, sight)) {
      return isWeaker(sight, greeting) ? Step.GIVE_WAY : Step.RIVAL;
    }
    return sight.hasBefore(stranger) || !isAwaited(greeting, sight) ? Step.TAKE_IN : Step.STAY;
  }

  private long since(Life stranger, long nanos) {
    var known = strangers.get(stranger);
    var missed = settings.interval().multipliedBy(MISSED_MAX).plus(settings.patience()).toNanos();
    var since = known == null || nanos - known.last() > missed ? nanos : known.since();
    strangers.put(stranger, new Known(since, nanos));
    if (strangers.size() > settings.strangersMax()) {
      strangers.remove(strangers.keySet().iterator().next());
    }
    return since;
  }

  /** Whether nodes of a site are reached here of which the stranger's cluster does not know. */
  private static boolean goesOnInBoth(SiteName site, Greeting greeting, Sight sight) {
    return sight
        .reached()
        .anyMatch(member -> member.site().equals(site) && !greeting.around().contains(member));
  }

  /**
   * Whether others of the stranger's cluster must be heard before it is taken in: those after whose
   * processes this one still has others as members, for a cluster must not have two members of one
   * address; and those whose site goes on in both, for these must agree first.
   */
  private static boolean isAwaited(Greeting greeting, Sight sight) {
    return greeting.around().stream()
        .filter(other -> !sight.knows(other))
        .anyMatch(other -> sight.hasBefore(other) || goesOnInBoth(other.site(), greeting, sight));
  }

  /** Fewer nodes give way to more; of equal ones that with the lowest life stays. */
  private boolean isWeaker(Sight sight, Greeting greeting) {
    var own = sight.around(settings.aroundMax());
    var theirs = greeting.around();
    if (own.size() != theirs.size()) {
      return own.size() < theirs.size();
    }
    return Life.ORDER.compare(Collections.min(theirs, Life.ORDER), Collections.min(own, Life.ORDER))
        < 0;
  }
}
