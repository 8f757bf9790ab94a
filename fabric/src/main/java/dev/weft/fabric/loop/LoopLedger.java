package dev.weft.fabric.loop;

import dev.weft.fabric.lane.DeadlineHeap;
import dev.weft.fabric.manifest.Lane;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who lives on one loop: what they are expected to take, by lane and tenant, and whose deadline
 * comes first. Threadsafe; its lock is held for a few steps.
 */
public final class LoopLedger {

  /** Tenants without a resident that are remembered, so that coming back allocates nothing. */
  private static final int IDLE_TENANTS_MAX = 32;

  private static final Lane[] LANES = Lane.values();

  /** What the residents of one tenant in one lane are expected to take. */
  private static final class Share {
    long nanos;
    int residents;
  }

  private final DeadlineHeap<Resident> byDeadline = new DeadlineHeap<>();
  private final long[] nanosByLane = new long[LANES.length];
  private final List<Map<String, Share>> sharesByLane =
      List.of(new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>());
  private long entered;
  private volatile int residents;
  private volatile int urgent;

  /** Residents now. */
  public int residents() {
    return residents;
  }

  /** Residents of the perception and interactive lanes now. */
  public int urgentResidents() {
    return urgent;
  }

  public synchronized void enter(Resident resident) {
    byDeadline.add(resident, resident.deadlineNanos(), entered++);
    var share = shares(resident.lane()).computeIfAbsent(resident.tenant(), _ -> new Share());
    share.residents++;
    share.nanos += resident.expectedNanos();
    nanosByLane[resident.lane().ordinal()] += resident.expectedNanos();
    count(resident, 1);
  }

  public synchronized void leave(Resident resident) {
    byDeadline.remove(resident);
    var shares = shares(resident.lane());
    var share = shares.get(resident.tenant());
    if (share == null) {
      throw new IllegalStateException("a resident left that had not entered");
    }
    share.residents--;
    share.nanos -= resident.expectedNanos();
    nanosByLane[resident.lane().ordinal()] -= resident.expectedNanos();
    if (share.residents == 0 && shares.size() > IDLE_TENANTS_MAX) {
      shares.remove(resident.tenant());
    }
    count(resident, -1);
  }

  /**
   * Work that is done before a further resident, in nanoseconds: all of more urgent lanes, and of
   * its own lane as much of each tenant as fair turns let go first.
   */
  public synchronized long nanosAhead(Lane lane, String tenant) {
    var ahead = 0L;
    for (var i = 0; i < lane.ordinal(); i++) {
      ahead += nanosByLane[i];
    }
    var shares = shares(lane);
    if (shares.size() == 1 && shares.containsKey(tenant)) {
      return ahead + nanosByLane[lane.ordinal()];
    }
    var own = shares.get(tenant);
    var turns = (own == null ? 0 : own.residents) + 1;
    for (var share : shares.values()) {
      if (share.residents > 0) {
        ahead +=
            share == own || share.residents <= turns
                ? share.nanos
                : share.nanos / share.residents * turns;
      }
    }
    return ahead;
  }

  /** Deadline of the resident who must leave first; {@link Long#MAX_VALUE} if there is none. */
  synchronized long firstDeadline() {
    return byDeadline.firstDeadline();
  }

  /** Takes those with a deadline at or before {@code nanos} into {@code expired}; they stay in. */
  synchronized void takeExpired(long nanos, List<Resident> expired) {
    while (!byDeadline.isEmpty() && byDeadline.firstDeadline() - nanos <= 0) {
      var first = byDeadline.first();
      byDeadline.remove(first);
      expired.add(first);
    }
  }

  private void count(Resident resident, int change) {
    residents += change;
    if (resident.lane().compareTo(Lane.INTERACTIVE) <= 0) {
      urgent += change;
    }
  }

  private Map<String, Share> shares(Lane lane) {
    return sharesByLane.get(lane.ordinal());
  }
}
