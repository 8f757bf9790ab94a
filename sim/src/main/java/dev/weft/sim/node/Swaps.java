package dev.weft.sim.node;

import dev.weft.sim.invariant.Conservation;
import dev.weft.sim.invariant.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which variant runs at the first step of a pipeline, as far as its client can tell, and the frames
 * that came under each choice. While a swap is under way either of the two may run.
 */
final class Swaps {

  /** Frames that came while the same variants might run. */
  static final class Era {
    private final Set<String> variants;
    private long offered;
    private long answered;

    private Era(Set<String> variants) {
      this.variants = Set.copyOf(variants);
    }

    /** Takes note of an answer. */
    void answered() {
      answered++;
    }

    /** What each variant that may have run adds. */
    List<Long> pluses() {
      return Manifests.VARIANTS.entrySet().stream()
          .filter(each -> variants.contains(each.getKey()))
          .map(Map.Entry::getValue)
          .toList();
    }
  }

  private final List<Era> eras = new ArrayList<>();
  private String running = Manifests.VARIANTS.firstKey();

  Swaps() {
    begin();
  }

  private void begin() {
    eras.add(new Era(Set.of(running)));
  }

  /** A new life: what is declared runs, and frames of the life before are gone. */
  void beginLife() {
    running = Manifests.VARIANTS.firstKey();
    eras.clear();
    begin();
  }

  boolean isUnderWay() {
    return eras.getLast().variants.size() > 1;
  }

  /** Begins a swap to the variant that does not run; answers its name. */
  String swap() {
    var others = new TreeSet<>(Manifests.VARIANTS.keySet());
    others.remove(running);
    eras.add(new Era(Set.of(running, others.first())));
    return others.first();
  }

  /** Ends a swap. */
  void swapped(String to, boolean isDone) {
    running = isDone ? to : running;
    begin();
  }

  /** Takes note of a frame; answers what it belongs to. */
  Era offered() {
    var era = eras.getLast();
    era.offered++;
    return era;
  }

  /** What runs. */
  String running() {
    return running;
  }

  /** Each frame of each era was answered once. */
  List<Violation> checkEnded(String pipeline) {
    var found = new ArrayList<Violation>();
    for (var era : eras) {
      var counts = new Conservation.Counts(era.offered, era.answered, 0, 0, 0);
      found.addAll(Conservation.check("%s with %s".formatted(pipeline, era.variants), counts));
    }
    return found;
  }
}
