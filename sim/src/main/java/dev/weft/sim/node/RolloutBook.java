package dev.weft.sim.node;

import dev.weft.sim.invariant.DeniedStaysOut;
import dev.weft.sim.invariant.Findings;
import dev.weft.sim.invariant.StickySessions;
import dev.weft.sim.invariant.WithinShare;
import dev.weft.sim.world.World;
import dev.weft.supervisor.rollout.RolloutPlan;
import dev.weft.supervisor.rollout.RolloutState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the rollouts of one stage did on all its machines, through all their lives. */
public final class RolloutBook {

  /** Crashes while loading after which a candidate may not be loaded. */
  private static final int ENDED_MAX = 2;

  /**
   * A variant.
   *
   * @param plus what it adds, which no other one does
   */
  public record Kind(String name, long plus, Temper temper) {
    /** Whether evidence may speak for it; what goes wrong seldom may not show in time. */
    boolean mayPass() {
      return temper == Temper.EVEN || temper == Temper.NAN;
    }
  }

  /** The smallest share at which a session was in a candidate's, and the largest without it. */
  private record Share(int in, int out) {
    static final Share NONE = new Share(RolloutPlan.WHOLE + 1, 0);

    Share seen(int at, boolean isIn) {
      return isIn ? new Share(Math.min(in, at), out) : new Share(in, Math.max(out, at));
    }
  }

  private final World world;
  private final Findings findings;
  private final Map<String, Kind> kinds = new LinkedHashMap<>();
  private final String first;
  private final int sessions;
  private final long leastRuns;
  private final Map<String, Share> shares = new TreeMap<>();
  private final Map<String, Set<String>> in = new TreeMap<>();
  private final Map<String, Integer> ended = new TreeMap<>();
  private Optional<RolloutState> latest = Optional.empty();
  private long highestEpoch;
  private long frames;

  /**
   * @param variants of the stage; the first one runs unless a rollout puts another one there
   * @param sessions of those who ask
   * @param leastRuns of a candidate, below which no step may pass
   */
  public RolloutBook(
      World world, List<Kind> variants, int sessions, long leastRuns, Findings findings) {
    this.world = world;
    this.findings = findings;
    this.sessions = sessions;
    this.leastRuns = leastRuns;
    this.first = variants.getFirst().name();
    variants.forEach(kind -> kinds.put(kind.name(), kind));
  }

  /** How the rollouts stand, as whoever was told last knows it. */
  public Optional<RolloutState> latest() {
    return latest;
  }

  World world() {
    return world;
  }

  Findings findings() {
    return findings;
  }

  /** What runs where no rollout came to anything. */
  String first() {
    return first;
  }

  int sessions() {
    return sessions;
  }

  long leastRuns() {
    return leastRuns;
  }

  /** All variants there are. */
  public List<Kind> kinds() {
    return List.copyOf(kinds.values());
  }

  Kind kind(String variant) {
    var kind = kinds.get(variant);
    if (kind == null) {
      throw new IllegalArgumentException(
          "variant: '%s' (expected: one of %s)".formatted(variant, kinds.keySet()));
    }
    return kind;
  }

  Kind kind(long plus) {
    return kinds.values().stream().filter(kind -> kind.plus() == plus).findFirst().orElseThrow();
  }

  /** A number that no frame had before. */
  long nextFrame() {
    return ++frames;
  }

  /** A process ends, as it loads a variant. */
  void ends(Kind kind) {
    var count = ended.merge(kind.name(), 1, Integer::sum);
    findings.addAll(DeniedStaysOut.check(kind.name(), count, ENDED_MAX));
  }

  /** Somebody was told; answers the highest epoch that was in charge before. */
  long told(RolloutState after) {
    var before = highestEpoch;
    highestEpoch = Math.max(highestEpoch, after.epoch());
    latest = Optional.of(after);
    return before;
  }

  /** A frame of a session was answered while a candidate had {@code share} of the traffic. */
  void shared(String rollout, String session, int share, boolean byCandidate) {
    var key = "%s of %s".formatted(session, rollout);
    var seen = shares.getOrDefault(key, Share.NONE).seen(share, byCandidate);
    shares.put(key, seen);
    findings.addAll(StickySessions.check(key, seen.in(), seen.out()));
    if (byCandidate) {
      var at = "%s at %d".formatted(rollout, share);
      var all = in.computeIfAbsent(at, _ -> new TreeSet<>());
      all.add(session);
      var part = (double) share / RolloutPlan.WHOLE;
      findings.addAll(WithinShare.check(at, part, all.size(), sessions));
    }
  }
}
