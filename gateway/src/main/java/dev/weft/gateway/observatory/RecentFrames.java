package dev.weft.gateway.observatory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The facts of the last frames, and longer of those that were not served in full, each of a fixed
 * number. Threadsafe; who adds waits for nobody: a count and a reference written, or two of each.
 */
final class RecentFrames {

  private final Ring all;
  private final Ring lacking;

  /**
   * @param max frames remembered of all, and again of those that were not served in full; at least
   *     1
   */
  RecentFrames(int max) {
    this.all = new Ring(max);
    this.lacking = new Ring(max);
  }

  void add(FrameFacts facts) {
    all.add(facts);
    if (facts.wentIn() && !facts.isServedInFull()) {
      lacking.add(facts);
    }
  }

  /**
   * The frame of this id, if it is remembered; the newest, if a pipeline began anew meanwhile.
   *
   * @param tenants whose frames may be seen
   */
  Optional<FrameFacts> find(String id, Predicate<String> tenants) {
    var colon = id.lastIndexOf(':');
    if (colon < 0 || !id.substring(colon + 1).matches("[0-9]{1,18}")) {
      return Optional.empty();
    }
    var pipeline = id.substring(0, colon);
    var number = Long.parseLong(id.substring(colon + 1));
    return Stream.concat(all.newest(all.length()), lacking.newest(lacking.length()))
        .filter(facts -> facts.timings().frame().orElse(-1) == number)
        .filter(facts -> facts.pipeline().equals(pipeline))
        .filter(facts -> tenants.test(facts.tenant()))
        .findFirst();
  }

  /** Those wanted of the last frames, at most {@code most}. */
  List<FrameFacts> all(FrameChoice wanted, int most) {
    return wanted.of(all.newest(all.length())).limit(most).toList();
  }

  /** Those wanted of the last that went in and were not served in full, at most {@code most}. */
  List<FrameFacts> lacking(FrameChoice wanted, int most) {
    return wanted.of(lacking.newest(lacking.length())).limit(most).toList();
  }

  private static final class Ring {

    private final AtomicReferenceArray<@Nullable FrameFacts> facts;
    private final AtomicLong added = new AtomicLong();

    Ring(int length) {
      this.facts = new AtomicReferenceArray<>(length);
    }

    int length() {
      return facts.length();
    }

    void add(FrameFacts next) {
      facts.setRelease((int) (added.getAndIncrement() % length()), next);
    }

    Stream<FrameFacts> newest(int most) {
      var end = added.get();
      var found = new ArrayList<FrameFacts>();
      for (var at = end - 1; at >= 0 && end - at <= Math.min(most, length()); at--) {
        var one = facts.getAcquire((int) (at % length()));
        if (one != null) {
          found.add(one);
        }
      }
      return found.stream();
    }
  }
}
