package dev.weft.app.serving;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * The signals that ask a process to end, turned into a value so that it can end in order and with
 * an exit code of its own. A second signal ends it at once, and asks the processes that it started
 * to end.
 */
public final class Termination implements AutoCloseable {

  private static final int SECOND_SIGNAL = 130;

  /** Who asks for the end. */
  public enum Cause {
    /** A person, by Ctrl-C: SIGINT. */
    INTERRUPTED,
    /** Whatever looks after the process: SIGTERM. */
    TERMINATED
  }

  private final CountDownLatch asked = new CountDownLatch(1);
  private final Map<String, SignalHandler> before = new TreeMap<>();
  private volatile Cause cause = Cause.TERMINATED;

  /** Begins to listen for signals. */
  public Termination() {
    handle("INT", Cause.INTERRUPTED);
    handle("TERM", Cause.TERMINATED);
  }

  private void handle(String signal, Cause meaning) {
    before.put(signal, Signal.handle(new Signal(signal), _ -> ask(meaning)));
  }

  private void ask(Cause by) {
    synchronized (asked) {
      if (asked.getCount() == 0) {
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroy);
        Runtime.getRuntime().halt(SECOND_SIGNAL);
      }
      cause = by;
      asked.countDown();
    }
  }

  /** Asks for the end as whatever looks after the process does; more than once changes nothing. */
  public void end() {
    synchronized (asked) {
      if (asked.getCount() > 0) {
        ask(Cause.TERMINATED);
      }
    }
  }

  /** Waits until the process is asked to end, and says by whom. */
  public Cause await() throws InterruptedException {
    asked.await();
    return cause;
  }

  /** Signals mean what they did before. */
  @Override
  public void close() {
    before.forEach((signal, handler) -> Signal.handle(new Signal(signal), handler));
  }
}
