package dev.weft.fabric.loop;

import dev.weft.fabric.manifest.Lane;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The ledgers of a node's loops, and which loop a newcomer goes to: the one with the least work
 * before it.
 *
 * <p>While frames of the perception or interactive lane keep coming, background and shadow work
 * stays off the first loops, as many as are reserved: a run cannot be interrupted, and a frame that
 * must be fast should not find one under way. Where cores share caches or are two halves of one,
 * background work can be kept off all loops while such a frame is on any. Threadsafe.
 */
public final class Loops {

  private static final long NEVER = Long.MIN_VALUE;

  /** What it takes until a thread that sleeps runs, at least. */
  private static final long WAKE_NANOS = 50_000;

  private final List<LoopLedger> ledgers;
  private final AtomicReferenceArray<@Nullable InferenceLoop> threads;
  private final int reserved;
  private final long reserveNanos;
  private final boolean backgroundBeside;
  private volatile long urgentUntil = NEVER;
  private volatile boolean unwanted;

  /**
   * @param count loops, at least 1
   * @param reserved loops kept free of background work while urgent frames come; at most count - 1
   *     are
   * @param reserveNanos how long after an urgent frame they stay reserved
   */
  public Loops(int count, int reserved, long reserveNanos) {
    this(count, reserved, reserveNanos, true);
  }

  /**
   * @param backgroundBeside whether background work runs on one loop while urgent frames are on
   *     another
   */
  public Loops(int count, int reserved, long reserveNanos, boolean backgroundBeside) {
    if (count < 1) {
      throw new IllegalArgumentException("loops: %d (expected: >= 1)".formatted(count));
    }
    if (reserved < 0) {
      throw new IllegalArgumentException("reserved: %d (expected: >= 0)".formatted(reserved));
    }
    this.ledgers = IntStream.range(0, count).mapToObj(_ -> new LoopLedger()).toList();
    this.threads = new AtomicReferenceArray<>(count);
    this.reserved = Math.min(reserved, count - 1);
    this.reserveNanos = reserveNanos;
    this.backgroundBeside = backgroundBeside;
  }

  public int count() {
    return ledgers.size();
  }

  /** Says which loop runs the residents of ledger {@code loop}. */
  public void attach(int loop, InferenceLoop thread) {
    threads.set(loop, thread);
  }

  /** The loop that runs the residents of ledger {@code loop}; null before it is attached. */
  public @Nullable InferenceLoop thread(int loop) {
    return threads.get(loop);
  }

  /**
   * Whether frames of {@code lane} may run now: shadows, and background where it is not to run
   * beside them, only while no perception or interactive frame is on any loop. The loops share
   * memory and caches, so whatever runs beside such a frame slows it down.
   */
  public boolean mayRun(Lane lane) {
    return switch (lane) {
      case PERCEPTION, INTERACTIVE -> true;
      case BACKGROUND -> backgroundBeside || isQuiet();
      case SHADOW -> isQuiet();
    };
  }

  private boolean isQuiet() {
    for (var ledger : ledgers) {
      if (ledger.urgentResidents() > 0) {
        return false;
      }
    }
    return true;
  }

  /** Asks what must not run beside a newcomer of {@code lane} to make room, on all loops. */
  public void arrived(Lane lane) {
    for (var loop = 0; loop < threads.length() && lane != Lane.SHADOW; loop++) {
      var thread = threads.get(loop);
      if (thread != null) {
        thread.arrivedBeside(lane, backgroundBeside);
      }
    }
  }

  /** Lets others go on if a frame of {@code lane} was the last that they made room for. */
  public void left(Lane lane) {
    if (lane.compareTo(Lane.INTERACTIVE) <= 0 && isQuiet()) {
      for (var loop = 0; loop < threads.length(); loop++) {
        var thread = threads.get(loop);
        if (thread != null) {
          thread.lookAgain();
        }
      }
    }
  }

  /** Says that something which waits for a loop may not be wanted any more. */
  public void unwanted() {
    if (!unwanted) {
      unwanted = true;
    }
  }

  /** Whether {@link #unwanted()} has been called since this was last asked. */
  boolean takeUnwanted() {
    var was = unwanted;
    if (was) {
      unwanted = false;
    }
    return was;
  }

  /** Lets all loops look again at what may run, as when a pause has ended. */
  public void wake() {
    for (var loop = 0; loop < threads.length(); loop++) {
      var thread = threads.get(loop);
      if (thread != null) {
        thread.wake();
      }
    }
  }

  public LoopLedger ledger(int loop) {
    return ledgers.get(loop);
  }

  /** Time until a newcomer's turn comes on the loop where that is soonest; nanoseconds. */
  public long waitNanos(Lane lane, String tenant) {
    var least = Long.MAX_VALUE;
    for (var loop = 0; loop < ledgers.size() && least > 0; loop++) {
      var ledger = ledgers.get(loop);
      least = Math.min(least, ledger.residents() == 0 ? 0 : ledger.waitNanos(lane, tenant));
    }
    return least;
  }

  /** Renews the reservation, but not for every frame: its word is read by all. */
  private void reserve(long nanos) {
    var until = urgentUntil;
    if (reserved > 0 && (until == NEVER || nanos + reserveNanos - until > reserveNanos / 4)) {
      urgentUntil = nanos + reserveNanos;
    }
  }

  /**
   * The loop for a newcomer of {@code lane}; the first of equals.
   *
   * @param wakes whether the loop's own thread is to run it. Waking that takes longer than a few
   *     tiny runs, so a loop that is awake with less than a wake-up ahead comes before one that has
   *     nothing to do.
   */
  public int choose(Lane lane, String tenant, long nanos, boolean wakes) {
    var first = 0;
    if (lane.compareTo(Lane.INTERACTIVE) <= 0) {
      reserve(nanos);
    } else if (urgentUntil != NEVER && urgentUntil - nanos > 0) {
      first = reserved;
    }
    if (first == ledgers.size() - 1) {
      return first;
    }
    var best = first;
    var bestAhead = Long.MAX_VALUE;
    var bestResidents = Integer.MAX_VALUE;
    for (var loop = first; loop < ledgers.size() && (bestAhead > 0 || bestResidents > 0); loop++) {
      var ledger = ledgers.get(loop);
      var residents = ledger.residents();
      var ahead = residents == 0 ? 0 : ledger.nanosAhead(lane, tenant);
      if (ahead == 0 && wakes) {
        // Nobody there, or nobody of whom is known how long he takes.
        ahead = WAKE_NANOS;
      }
      if (ahead < bestAhead || ahead == bestAhead && residents < bestResidents) {
        best = loop;
        bestAhead = ahead;
        bestResidents = residents;
      }
    }
    return best;
  }
}
