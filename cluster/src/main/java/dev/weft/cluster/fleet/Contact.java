package dev.weft.cluster.fleet;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a node hears of its region, by which it may go on with a rollout of the fleet. It counts
 * as cut off when no instruction of the epoch that it took last was heard for a while, and from its
 * start until the first. Threadsafe.
 */
final class Contact implements LocalRollouts.Permission {

  private final long cutOffNanos;
  private final LongSupplier nanos;
  private final Map<String, Long> heard = new ConcurrentHashMap<>();
  private volatile @Nullable FollowerState state;

  Contact(Duration cutOffAfter, LongSupplier nanos) {
    this.cutOffNanos = cutOffAfter.toNanos();
    this.nanos = nanos;
  }

  /** What the node keeps from now on. */
  void keeps(FollowerState next) {
    state = next;
  }

  /** An instruction of the epoch that counts has come. */
  void heard(String stage) {
    heard.put(stage, nanos.getAsLong());
  }

  /** Until the journal was read, nobody knows whose it is. */
  @Override
  public boolean mayAdvance(String stage, long number, String candidate) {
    var known = state;
    if (known == null) {
      return false;
    }
    var following = known.find(stage);
    if (following.isEmpty() || following.get().origin(number, candidate).isEmpty()) {
      return true;
    }
    var last = heard.get(stage);
    return last != null && nanos.getAsLong() - last < cutOffNanos;
  }
}
