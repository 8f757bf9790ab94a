package dev.weft.fabric.loop;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the residents of one lane of one loop are expected to take, and what of it each tenant's
 * turns let go first. Threadsafe: one atomic word while no request has ever named a tenant here,
 * which is the common case, and a lock with a table from then on.
 *
 * <p>The word has a mark for the table (1 bit), the residents (21 bits) and their expected time in
 * units of {@value #UNIT_NANOS} ns (42 bits).
 */
final class LaneAccount {

  private static final long UNIT_NANOS = 128;
  private static final int TIME_BITS = 42;
  private static final long TIME_MASK = (1L << TIME_BITS) - 1;
  private static final long ONE = 1L << TIME_BITS;
  private static final long TABLE = Long.MIN_VALUE;
  private static final int IDLE_TENANTS_MAX = 32;

  /** What the residents of one tenant are expected to take. */
  private static final class Share {
    final Stretch stretch = new Stretch();
    long units;
    int residents;
  }

  private final AtomicLong word = new AtomicLong();
  private final Stretch stretch = new Stretch();
  private final Map<String, Share> shares = new HashMap<>();

  void enter(String tenant, long nanos) {
    var units = units(nanos);
    for (var now = word.get(); now >= 0 && tenant.isEmpty(); now = word.get()) {
      if (word.compareAndSet(now, now + ONE + units)) {
        return;
      }
    }
    synchronized (shares) {
      openTable();
      var share = shares.computeIfAbsent(tenant, _ -> new Share());
      share.residents++;
      share.units += units;
      word.addAndGet(ONE + units);
    }
  }

  void leave(String tenant, long nanos) {
    var units = units(nanos);
    for (var now = word.get(); now >= 0; now = word.get()) {
      if (word.compareAndSet(now, now - ONE - units)) {
        return;
      }
    }
    synchronized (shares) {
      var share = shares.get(tenant);
      if (share == null || share.residents == 0) {
        throw new IllegalStateException("tenant '" + tenant + "' left without having entered");
      }
      share.residents--;
      share.units -= units;
      word.addAndGet(-ONE - units);
      if (share.residents == 0 && shares.size() > IDLE_TENANTS_MAX) {
        shares.remove(tenant);
      }
    }
  }

  int residents() {
    return (int) ((word.get() & ~TABLE) >>> TIME_BITS);
  }

  long nanos() {
    return (word.get() & TIME_MASK) * UNIT_NANOS;
  }

  /** Of {@link #nanos()}, what is done before a further resident of {@code tenant}. */
  long nanosBefore(String tenant) {
    if (word.get() >= 0) {
      return nanos();
    }
    synchronized (shares) {
      var own = shares.get(tenant);
      var turns = (own == null ? 0 : own.residents) + 1;
      var ahead = 0L;
      for (var share : shares.values()) {
        if (share.residents > 0) {
          ahead +=
              share == own || share.residents <= turns
                  ? share.units
                  : share.units / share.residents * turns;
        }
      }
      return ahead * UNIT_NANOS;
    }
  }

  /** How much longer residents of {@code tenant} take than was foreseen. */
  Stretch stretch(String tenant) {
    if (word.get() >= 0) {
      return stretch;
    }
    synchronized (shares) {
      var share = shares.get(tenant);
      return share == null ? stretch : share.stretch;
    }
  }

  /** Moves what has been counted without a table into one. */
  private void openTable() {
    for (var now = word.get(); now >= 0; now = word.get()) {
      if (word.compareAndSet(now, now | TABLE)) {
        var share = new Share();
        share.residents = (int) (now >>> TIME_BITS);
        share.units = now & TIME_MASK;
        shares.put("", share);
        return;
      }
    }
  }

  private static long units(long nanos) {
    return nanos / UNIT_NANOS;
  }
}
