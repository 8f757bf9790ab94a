package dev.weft.fabric.loop;

import dev.weft.fabric.manifest.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One thread that runs stages, with its own order of tasks ({@link LoopTasks}).
 *
 * <p>A task submitted by the thread that owns the loop costs neither a lock nor a wake-up, so a
 * frame runs from its first stage to its last on one wake-up. The loop never spins: on shared cores
 * that would take time from whoever has work.
 *
 * <p>An idle loop has no owner. Its own thread takes it when there is work, and so may a caller who
 * would only wait otherwise ({@link #borrow}): then a frame costs no wake-up at all. Such a caller
 * leaves what may not end soon to the loop's own thread.
 *
 * <p>When a run goes on too long, the loop goes on without it on another thread; the one left
 * behind leaves as soon as its run returns, and touches nothing of the loop on its way.
 */
public final class InferenceLoop extends AbstractExecutorService {

  private final ThreadFactory threads;
  private final LoopTasks tasks = new LoopTasks(this::mayRun);
  private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicReference<@Nullable Thread> owner = new AtomicReference<>();
  private volatile CountDownLatch ended = new CountDownLatch(0);
  private volatile @Nullable Thread home;
  private final AtomicReference<@Nullable RunTicket> running = new AtomicReference<>();
  private volatile LanePause pause = LanePause.NONE;
  private volatile boolean parked;
  private volatile boolean withholding;
  private volatile boolean stopping = true;
  private boolean wasInterrupted; // of whoever has borrowed the loop

  /** Runs nothing until {@link #start()}. */
  public InferenceLoop(ThreadFactory threads) {
    this.threads = threads;
  }

  /** Starts the loop, or starts it again after {@link #shutdown()}. */
  public synchronized void start() {
    if (stopping) {
      stopping = false;
      ended = new CountDownLatch(1);
      newHome();
    }
  }

  /** Has {@code lanes} asked before a lane is served. */
  public void pauseBy(LanePause lanes) {
    pause = lanes;
    wake();
  }

  /** Lets the loop look again at what may run, as when a pause has ended. */
  public void wake() {
    LockSupport.unpark(home);
  }

  /**
   * Has the loop look again if it left tasks waiting, which may run now: something new waits for
   * one of them.
   */
  public void lookAgain() {
    if (withholding) {
      wake();
    }
  }

  @Override
  public void execute(Runnable task) {
    // Within a run the loop may be taken away at any time, so what it submits goes the long way.
    // The run is read first: one that was taken away has lost the loop before it is seen to end.
    if (running.get() == null && Thread.currentThread() == owner.get()) {
      tasks.add(task);
      return;
    }
    if (stopping) {
      throw new RejectedExecutionException("the inference loop has ended");
    }
    inbox.add(task);
    if (parked && owner.get() == null) {
      wake();
    }
  }

  /** Takes the loop over if it is idle; pair each success with one {@link #runUntil}. */
  public boolean borrow() {
    if (!inbox.isEmpty() || !owner.compareAndSet(null, Thread.currentThread())) {
      return false;
    }
    wasInterrupted = Thread.interrupted();
    return true;
  }

  /**
   * Runs what is ready until {@code done} or there is nothing, on the thread that has borrowed the
   * loop, and gives the loop back.
   */
  public void runUntil(BooleanSupplier done) {
    var me = Thread.currentThread();
    try {
      while (owner.get() == me && !done.getAsBoolean() && runNext(me)) {
        continue;
      }
    } finally {
      var interrupted = owner.get() == me && wasInterrupted;
      release(me);
      if (interrupted) {
        me.interrupt();
      }
    }
  }

  /**
   * Begins a run on the thread that owns the loop; pair it with {@link #end}. Between runs that
   * thread is not interrupted, which Akka would take for its end; a borrower is told so at the end.
   */
  public void begin(RunTicket ticket) {
    clearInterrupt();
    running.set(ticket);
  }

  private void clearInterrupt() {
    if (Thread.interrupted() && Thread.currentThread() != home) {
      wasInterrupted = true;
    }
  }

  /**
   * Ends a run.
   *
   * @return false if the loop has gone on without it: then the calling thread is no longer the
   *     loop's, and may only send messages
   */
  public boolean end(RunTicket ticket) {
    if (ticket.end()) {
      clearInterrupt();
      running.set(null);
      return true;
    }
    synchronized (this) {
      // Until the loop has been taken away altogether, this thread would take itself for its owner.
      return false;
    }
  }

  /**
   * Goes on with a new thread if the present run began at or before {@code sinceNanos}.
   *
   * @param nowNanos for the report of how long it ran
   */
  void goOnWithout(long sinceNanos, long nowNanos) {
    var present = running.get();
    if (present != null && present.startedNanos() - sinceNanos <= 0 && goOn(present)) {
      present.leftBehind(nowNanos - present.startedNanos());
    }
  }

  private synchronized boolean goOn(RunTicket without) {
    if (!without.leaveBehind()) {
      return false;
    }
    var isHome = owner.get() == home;
    owner.set(null);
    // After the owner, so that the thread left behind never takes itself for one without a run.
    running.compareAndSet(without, null);
    if (isHome) {
      newHome();
    } else {
      wake();
    }
    return true;
  }

  /**
   * Asks the present run to make room for work of {@code lane}: a shadow run for any other lane, a
   * background run for perception.
   */
  public void arrived(Lane lane) {
    var present = running.get();
    if (present != null
        && (present.lane() == Lane.SHADOW && lane != Lane.SHADOW
            || present.lane() == Lane.BACKGROUND && lane == Lane.PERCEPTION)) {
      present.preempt();
    }
  }

  /**
   * Asks the present run to make room for work of {@code lane} on another loop: a shadow run for
   * perception and interactive work, and a background run for perception unless it may run beside
   * it.
   */
  void arrivedBeside(Lane lane, boolean backgroundBeside) {
    var present = running.get();
    if (present != null
        && (present.lane() == Lane.SHADOW && lane.compareTo(Lane.INTERACTIVE) <= 0
            || present.lane() == Lane.BACKGROUND && lane == Lane.PERCEPTION && !backgroundBeside)) {
      present.preempt();
    }
  }

  private boolean mayRun(Lane lane) {
    return pause.mayRun(lane);
  }

  private void newHome() {
    var thread = threads.newThread(this::work);
    home = thread;
    thread.start();
  }

  private void work() {
    var me = Thread.currentThread();
    while (home == me) {
      if (owner.compareAndSet(null, me)) {
        while (owner.get() == me && runNext(me)) {
          continue;
        }
        release(me);
      }
      if (home != me) {
        return;
      }
      if (stopping && inbox.isEmpty()) {
        ended.countDown();
        return;
      }
      park();
    }
  }

  /** Runs the task that is next; false if none may run now. */
  private boolean runNext(Thread me) {
    for (var task = inbox.poll(); task != null; task = inbox.poll()) {
      tasks.add(task);
    }
    var next = next(me == home);
    if (next == null) {
      return false;
    }
    try {
      next.run();
    } catch (Exception | Error e) {
      // As a thread pool does: told to whoever handles uncaught exceptions; the loop goes on.
      me.getUncaughtExceptionHandler().uncaughtException(me, e);
    }
    return true;
  }

  private @Nullable Runnable next(boolean isHome) {
    var next = tasks.next(isHome);
    if (next == null && !withholding && !tasks.isEmpty()) {
      // Whatever comes to wait either is seen here, or sees that it must wake the loop.
      withholding = true;
      next = tasks.next(isHome);
    }
    if (next != null && withholding) {
      withholding = false;
    }
    return next;
  }

  /** Gives the loop up, unless it was taken away; its own thread sees to what is left. */
  private void release(Thread me) {
    if (owner.get() != me) {
      return;
    }
    var isLeft = me != home && !tasks.isEmpty();
    owner.set(null);
    if (isLeft || me != home && !inbox.isEmpty()) {
      wake();
    }
  }

  private void park() {
    parked = true;
    if ((inbox.isEmpty() || owner.get() != null) && !stopping) {
      LockSupport.park(this);
    }
    parked = false;
  }

  /** Ends the loop when it has nothing to run any more. */
  @Override
  public synchronized void shutdown() {
    stopping = true;
    wake();
  }

  @Override
  public List<Runnable> shutdownNow() {
    var left = new ArrayList<Runnable>();
    for (var task = inbox.poll(); task != null; task = inbox.poll()) {
      left.add(task);
    }
    shutdown();
    return left;
  }

  @Override
  public boolean isShutdown() {
    return stopping;
  }

  @Override
  public boolean isTerminated() {
    return stopping && ended.getCount() == 0;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return ended.await(timeout, unit);
  }
}
