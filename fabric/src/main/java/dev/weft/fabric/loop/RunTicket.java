package dev.weft.fabric.loop;

import dev.weft.fabric.manifest.Lane;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One run of a stage on a loop's thread. Either the thread that runs it ends it, or the watch finds
 * it too long and lets the loop go on without it; a run that was left behind either comes back or
 * is given up for lost. Which of two came first is decided here and nowhere else.
 */
public abstract class RunTicket {

  private static final VarHandle STATE;
  private static final int RUNNING = 0;
  private static final int ENDED = 1;
  private static final int LEFT_BEHIND = 2;
  private static final int CAME_BACK = 3;
  private static final int LOST = 4;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(RunTicket.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final long startedNanos;

  @SuppressWarnings("unused") // by the handle
  private volatile int state;

  private volatile boolean preempted;

  /**
   * @param startedNanos on the fabric's monotonic clock
   */
  protected RunTicket(long startedNanos) {
    this.startedNanos = startedNanos;
  }

  public abstract Lane lane();

  /** Ends the run early so that it makes room; called at most once or twice, on any thread. */
  protected abstract void preempted();

  /** Tells that the loop goes on without this run; called once, on the watch's thread. */
  protected abstract void leftBehind(long ranNanos);

  public final long startedNanos() {
    return startedNanos;
  }

  /** Ends the run; false if the loop has gone on without it. */
  final boolean end() {
    return STATE.compareAndSet(this, RUNNING, ENDED);
  }

  /** Lets the loop go on without the run; false if it has ended. */
  final boolean leaveBehind() {
    return STATE.compareAndSet(this, RUNNING, LEFT_BEHIND);
  }

  /** Tells that a run left behind has ended after all; false if it had been given up. */
  public final boolean comeBack() {
    return STATE.compareAndSet(this, LEFT_BEHIND, CAME_BACK);
  }

  /** Gives up a run left behind; false if it has come back. */
  public final boolean giveUp() {
    return STATE.compareAndSet(this, LEFT_BEHIND, LOST);
  }

  final void preempt() {
    if (!preempted) {
      preempted = true;
      preempted();
    }
  }
}
