package dev.weft.cluster.reunion;

import dev.weft.cluster.site.SiteName;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
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

    /** Wait until it gives way. */
    RIVAL,

    /** End this process, as others removed it and go on without it. */
    LEAVE
  }

  /** How many greetings a stranger may miss before its time begins anew. */
  private static final int MISSED_MAX = 3;

  /**
   * For how many times the patience a member must not know this process, which then has had time to
   * be taken in if it was not removed.
   */
  private static final int DISOWNED_PATIENCES = 3;

  /** A process that is late for less may only have been busy. */
  private static final Duration STILL_MIN = Duration.ofSeconds(10);

  private record Known(long since, long last) {}

  private final ReunionSettings settings;
  private final Map<Life, Known> strangers = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<Life, Known> disowning = new LinkedHashMap<>(16, 0.75f, true);
  private final SequencedSet<Life> gone = new LinkedHashSet<>();
  private OptionalLong looked = OptionalLong.empty();
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
   * Whether this process stood still for longer than the patience, and 10 s at least, since it
   * looked last, while it has others in its site: these have removed it, and what it would decide
   * is of the past. To be called once an interval.
   *
   * @param nanos of monotonic time
   */
  boolean stoodStill(Sight sight, long nanos) {
    var still = Collections.max(List.of(settings.patience(), STILL_MIN));
    var most = settings.interval().plus(still).toNanos();
    var isLate = looked.isPresent() && nanos - looked.getAsLong() > most;
    looked = OptionalLong.of(nanos);
    return isLate && sight.members().stream().anyMatch(life -> isNeighbour(life, sight));
  }

  private static boolean isNeighbour(Life life, Sight sight) {
    return life.site().equals(sight.self().site()) && !life.isAt(sight.self());
  }

  /**
   * Addresses to greet now: of members that are not reached, as it may be that others are there, of
   * its site's that were removed, as they may not know, and of seeds that are no members, some each
   * time if they are many; and of the others those of its own site, which may have to find out that
   * they do not know it any more, some each time, and one more, for only these may have lost sight
   * of this node.
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
    gone.stream()
        .filter(life -> isNeighbour(life, sight))
        .map(Life::address)
        .filter(address -> !others.contains(address))
        .forEach(lost::add);
    lost.remove(sight.self().address());
    others.removeAll(lost);
    var near =
        new TreeSet<>(
            sight.members().stream()
                .filter(life -> isNeighbour(life, sight))
                .map(Life::address)
                .toList());
    near.retainAll(others);
    others.removeAll(near);
    var greeted =
        Stream.of(
                some(List.copyOf(lost), settings.greetingsMax()),
                some(List.copyOf(near), settings.greetingsMax()),
                some(List.copyOf(others), 1))
            .flatMap(List::stream)
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

  /**
   * Whether who greets may have taken sessions of this site for its own and changed them, as it
   * goes on in the site without this process, or was removed and does not know.
   */
  boolean hasOwned(Greeting greeting, Sight sight) {
    var stranger = greeting.from();
    return stranger.site().equals(sight.self().site())
        && !sight.knows(stranger)
        && (gone.contains(stranger) || goesOnInBoth(stranger.site(), greeting, sight));
  }

  /** What to do about who greets, at {@code nanos} of monotonic time. */
  Step heard(Greeting greeting, Sight sight, long nanos) {
    var stranger = greeting.from();
    if (sight.knows(stranger)) {
      strangers.remove(stranger);
      return stranger.site().equals(sight.self().site()) && isRemoved(greeting, sight, nanos)
          ? Step.LEAVE
          : Step.STAY;
    }
    disowning.remove(stranger);
    if (gone.contains(stranger) && greeting.expected() == sight.self().uid()) {
      strangers.remove(stranger);
      return Step.STAY;
    }
    if (nanos - since(strangers, stranger, nanos, 1) < settings.patience().toNanos()) {
      return Step.STAY;
    }
    if (stranger.site().equals(sight.self().site())
        && goesOnInBoth(stranger.site(), greeting, sight)) {
      return isWeaker(sight, greeting) ? Step.GIVE_WAY : Step.RIVAL;
    }
    if (gone.contains(stranger)) {
      return Step.STAY;
    }
    return sight.hasBefore(stranger) || !isAwaited(greeting, sight) ? Step.TAKE_IN : Step.STAY;
  }

  /**
   * Whether a member of its site has not known this process for so long that it was removed, as one
   * that stood still for a while: who does not know one that was never removed takes it in. Nodes
   * of other sites remove nobody, and may have to wait for long until they take one in.
   */
  private boolean isRemoved(Greeting greeting, Sight sight, long nanos) {
    var member = greeting.from();
    if (greeting.expected() == sight.self().uid()) {
      disowning.remove(member);
      return false;
    }
    return nanos - since(disowning, member, nanos, round(sight))
        >= settings.patience().multipliedBy(DISOWNED_PATIENCES).toNanos();
  }

  /** How many intervals it takes a node of the site to greet all others of it. */
  private int round(Sight sight) {
    var near = sight.members().stream().filter(life -> isNeighbour(life, sight)).count();
    return Math.toIntExact(Math.max(1, Math.ceilDiv(near, settings.greetingsMax())));
  }

  /**
   * @param round intervals from one greeting of it to the next
   */
  private long since(Map<Life, Known> some, Life life, long nanos, int round) {
    var known = some.get(life);
    var missed =
        settings
            .interval()
            .multipliedBy((long) MISSED_MAX * round)
            .plus(settings.patience())
            .toNanos();
    var since = known == null || nanos - known.last() > missed ? nanos : known.since();
    some.put(life, new Known(since, nanos));
    if (some.size() > settings.strangersMax()) {
      some.remove(some.keySet().iterator().next());
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

  /**
   * Fewer nodes give way to more: of the site, or where these are equal, of all; of equal ones that
   * with the lowest life stays.
   */
  private boolean isWeaker(Sight sight, Greeting greeting) {
    var own = sight.around(settings.aroundMax());
    var theirs = greeting.around();
    var site = sight.self().site();
    if (countOf(site, own) != countOf(site, theirs)) {
      return countOf(site, own) < countOf(site, theirs);
    }
    if (own.size() != theirs.size()) {
      return own.size() < theirs.size();
    }
    return Life.ORDER.compare(Collections.min(theirs, Life.ORDER), Collections.min(own, Life.ORDER))
        < 0;
  }

  private static long countOf(SiteName site, List<Life> lives) {
    return lives.stream().filter(life -> life.site().equals(site)).count();
  }
}
