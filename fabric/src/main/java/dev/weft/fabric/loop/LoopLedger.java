package dev.weft.fabric.loop;

import dev.weft.fabric.lane.DeadlineHeap;
import dev.weft.fabric.manifest.Lane;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Who lives on one loop: what they are expected to take, by lane and tenant, and whose deadline
 * comes first. Threadsafe; entering and leaving take no lock while no request names a tenant.
 *
 * <p>Those who enter are left for the watch on a stack. It takes them into its heap now and then,
 * and most have left by then, so a deadline costs a frame next to nothing.
 */
public final class LoopLedger {

  private static final Lane[] LANES = Lane.values();

  /** Most who have left that the heap holds until their deadline, beside one for each resident. */
  private static final int GONE_MAX = 64;

  /** One who has entered. */
  private static final class Entry extends DeadlineHeap.Node {
    private final Resident resident;
    private @Nullable Entry next;

    Entry(Resident resident) {
      this.resident = resident;
    }
  }

  private final LaneAccount[] accounts = new LaneAccount[LANES.length];
  private final AtomicReference<@Nullable Entry> arrived = new AtomicReference<>();
  private final DeadlineHeap<Entry> byDeadline = new DeadlineHeap<>();
  private long taken;

  LoopLedger() {
    Arrays.setAll(accounts, _ -> new LaneAccount());
  }

  /** Residents now. */
  public int residents() {
    var residents = 0;
    for (var account : accounts) {
      residents += account.residents();
    }
    return residents;
  }

  /** Residents of the perception and interactive lanes now. */
  int urgentResidents() {
    return account(Lane.PERCEPTION).residents() + account(Lane.INTERACTIVE).residents();
  }

  public void enter(Resident resident) {
    account(resident.lane()).enter(resident.tenant(), resident.expectedNanos());
    var entry = new Entry(resident);
    do {
      entry.next = arrived.get();
    } while (!arrived.compareAndSet(entry.next, entry));
  }

  public void leave(Resident resident) {
    resident.go();
    account(resident.lane()).leave(resident.tenant(), resident.expectedNanos());
  }

  /**
   * Work that is done before a further resident, in nanoseconds: all of more urgent lanes, and of
   * its own lane as much of each tenant as fair turns let go first.
   */
  public long nanosAhead(Lane lane, String tenant) {
    var ahead = account(lane).nanosBefore(tenant);
    for (var i = 0; i < lane.ordinal(); i++) {
      ahead += accounts[i].nanos();
    }
    return ahead;
  }

  /** Time until a further resident's turn comes: {@link #nanosAhead} as such work takes of late. */
  public long waitNanos(Lane lane, String tenant) {
    return account(lane).stretch(tenant).of(nanosAhead(lane, tenant));
  }

  /**
   * Takes note that {@code resident} was through, or past its deadline, after {@code nanos}.
   *
   * @param aheadNanos what {@link #nanosAhead} said when it came
   */
  public void took(Resident resident, long aheadNanos, long nanos) {
    var stretch = account(resident.lane()).stretch(resident.tenant());
    if (aheadNanos > resident.expectedNanos()) {
      stretch.took(aheadNanos + resident.expectedNanos(), nanos);
    } else {
      stretch.fade();
    }
  }

  /**
   * Takes those with a deadline at or before {@code nanos} into {@code expired}; they stay in. Only
   * the watch's thread calls this.
   *
   * @return the next deadline; {@link Long#MAX_VALUE} if there is none
   */
  long takeExpired(long nanos, List<Resident> expired) {
    takeArrived();
    while (!byDeadline.isEmpty()) {
      var first = byDeadline.first();
      if (!first.resident.isGone()) {
        if (byDeadline.firstDeadline() - nanos > 0) {
          return byDeadline.firstDeadline();
        }
        expired.add(first.resident);
      }
      byDeadline.remove(first);
    }
    return Long.MAX_VALUE;
  }

  /** Everyone who is there. Only the watch's thread calls this. */
  List<Resident> all() {
    takeArrived();
    var all = new ArrayList<Resident>();
    for (; !byDeadline.isEmpty(); byDeadline.remove(byDeadline.first())) {
      if (!byDeadline.first().resident.isGone()) {
        all.add(byDeadline.first().resident);
      }
    }
    return all;
  }

  private void takeArrived() {
    var entry = arrived.getAndSet(null);
    while (entry != null) {
      if (!entry.resident.isGone()) {
        byDeadline.add(entry, entry.resident.deadlineNanos(), taken++);
      }
      var next = entry.next;
      // Or one that stays would keep all that came before it from being collected.
      entry.next = null;
      entry = next;
    }
    if (byDeadline.size() > 2 * residents() + GONE_MAX) {
      byDeadline.removeIf(each -> each.resident.isGone());
    }
  }

  private LaneAccount account(Lane lane) {
    return accounts[lane.ordinal()];
  }
}
