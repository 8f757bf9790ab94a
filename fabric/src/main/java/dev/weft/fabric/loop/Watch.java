package dev.weft.fabric.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that deadlines hold whatever the stages do: takes frames off as their deadline passes,
 * waiting or running, and lets a loop go on without a run that takes too long.
 *
 * <p>One thread, asleep until the next deadline. While frames come it wakes at least every {@link
 * #ROUND_NANOS}, so that a newcomer wakes it only if its deadline is nearer than that. In the same
 * round it takes what nobody waits for any more out of the queues.
 */
public final class Watch implements Runnable {

  static final long ROUND_NANOS = 20_000_000;
  private static final long IDLE_NANOS = 1_000_000_000;

  /** A queue that must let go of items in time. */
  public interface Queue {
    /** Takes out what has expired at {@code nanos}. */
    void expire(long nanos);

    /** Takes out what nobody waits for any more. */
    void removeUnwanted();
  }

  /** Lets the watch's thread sleep for a time, or until it is unparked. */
  public interface Sleep {
    void nanos(long nanos);
  }

  private final Loops loops;
  private final LongSupplier clock;
  private final long stallNanos;
  private final Sleep sleep;
  // In the order they came, so that a simulation meets them in the same order again.
  private final List<Queue> queues = new CopyOnWriteArrayList<>();
  private volatile @Nullable Thread thread;
  private volatile long wakeAt = Long.MIN_VALUE;
  private volatile boolean wantsAll = true;
  private volatile boolean ended;

  /**
   * @param clock the fabric's monotonic clock
   * @param stallNanos time of one run after which its loop goes on without it
   */
  public Watch(Loops loops, LongSupplier clock, long stallNanos) {
    this(loops, clock, stallNanos, LockSupport::parkNanos);
  }

  /**
   * @param sleep in the clock's time
   */
  public Watch(Loops loops, LongSupplier clock, long stallNanos, Sleep sleep) {
    this.loops = loops;
    this.clock = clock;
    this.stallNanos = stallNanos;
    this.sleep = sleep;
  }

  public void add(Queue queue) {
    queues.add(queue);
  }

  public void remove(Queue queue) {
    queues.remove(queue);
  }

  /** Tells of a newcomer, so that its deadline is not missed. */
  public void entered(long deadlineNanos) {
    if (wantsAll || deadlineNanos - wakeAt < 0) {
      wantsAll = false;
      LockSupport.unpark(thread);
    }
  }

  /** Ends {@link #run()}, once the loops run nothing more: whoever is still there is told so. */
  public void end() {
    ended = true;
    LockSupport.unpark(thread);
  }

  @Override
  public void run() {
    thread = Thread.currentThread();
    var lastSeen = clock.getAsLong();
    while (!ended) {
      // A newcomer either is seen by the sweep, or sees that it must be told of.
      wantsAll = true;
      var now = clock.getAsLong();
      var first = sweep(now);
      var isEmpty = first == Long.MAX_VALUE;
      lastSeen = isEmpty ? lastSeen : now;
      if (isEmpty && now - lastSeen > IDLE_NANOS) {
        sleepIdle();
      } else {
        var until = isEmpty || first - now > ROUND_NANOS ? now + ROUND_NANOS : first;
        wakeAt = until;
        wantsAll = false;
        sleep.nanos(Math.max(1, until - clock.getAsLong()));
      }
    }
    for (var loop = 0; loop < loops.count(); loop++) {
      loops.ledger(loop).all().forEach(resident -> guarded(resident::leftOver));
    }
  }

  private void sleepIdle() {
    wantsAll = true;
    // A newcomer either is seen here, or sees that this sleeps.
    if (isEmpty() && !ended) {
      LockSupport.park(this);
    }
  }

  private boolean isEmpty() {
    for (var loop = 0; loop < loops.count(); loop++) {
      if (loops.ledger(loop).residents() > 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Takes off what has expired at {@code nanos}.
   *
   * @return the next deadline; {@link Long#MAX_VALUE} if nobody is there
   */
  long sweep(long nanos) {
    var expired = new ArrayList<Resident>(0);
    var first = Long.MAX_VALUE;
    for (var loop = 0; loop < loops.count(); loop++) {
      first = Math.min(first, loops.ledger(loop).takeExpired(nanos, expired));
    }
    if (!expired.isEmpty()) {
      expire(expired, nanos);
    }
    if (loops.takeUnwanted()) {
      queues.forEach(queue -> guarded(queue::removeUnwanted));
    }
    for (var loop = 0; loop < loops.count(); loop++) {
      var thread = loops.thread(loop);
      if (thread != null) {
        thread.goOnWithout(nanos - stallNanos, nanos);
      }
    }
    return isEmpty() ? Long.MAX_VALUE : Math.min(first, nanos + ROUND_NANOS);
  }

  private void expire(List<Resident> expired, long nanos) {
    expired.forEach(resident -> guarded(resident::expire));
    queues.forEach(queue -> guarded(() -> queue.expire(nanos)));
  }

  /** What one of them throws must not end the watch over all the others. */
  private static void guarded(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | Error e) {
      System.getLogger(Watch.class.getName())
          .log(System.Logger.Level.ERROR, "letting go of something expired failed", e);
    }
  }
}
