package dev.weft.stages.process;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Lets one thread wait for what the other process writes: spins first, then says so in a word of
 * the shared memory and sleeps. Whoever writes afterwards looks at that word and wakes the sleeper.
 */
final class Waiter {

  private static final VarHandle WORD = ValueLayout.JAVA_INT.varHandle();
  private static final int AWAKE = 0;
  private static final int ASLEEP = 1;

  private final MemorySegment word;
  private final boolean futex;
  private final SpinBudget spins;
  private final long sleepNanosMax;

  /**
   * @param word 4 bytes where it is written whether the thread sleeps
   * @param sleepNanosMax longest sleep before looking again: what a lost wake-up, which the
   *     protocol rules out, would cost
   */
  Waiter(MemorySegment word, boolean futex, SpinBudget spins, long sleepNanosMax) {
    this.word = word;
    this.futex = futex;
    this.spins = spins;
    this.sleepNanosMax = sleepNanosMax;
  }

  /** Waits until {@code ready} holds, spinning at first. */
  void spinThenSleepUntil(BooleanSupplier ready) {
    if (!ready.getAsBoolean() && !spin(ready)) {
      sleepUntil(ready);
    }
  }

  /** Waits until {@code ready} holds, asleep from the start. */
  void sleepUntil(BooleanSupplier ready) {
    WORD.setVolatile(word, 0L, ASLEEP);
    while (!ready.getAsBoolean()) {
      if (futex) {
        Futex.sleep(word, ASLEEP, sleepNanosMax);
      } else {
        LockSupport.parkNanos(this, sleepNanosMax);
      }
      WORD.setVolatile(word, 0L, ASLEEP);
    }
    WORD.setVolatile(word, 0L, AWAKE);
  }

  private boolean spin(BooleanSupplier ready) {
    var nanos = spins.nanos();
    if (nanos == 0) {
      return false;
    }
    var start = System.nanoTime();
    while (System.nanoTime() - start < nanos) {
      if (ready.getAsBoolean()) {
        spins.spun(true);
        return true;
      }
      Thread.onSpinWait();
    }
    spins.spun(false);
    return false;
  }

  /**
   * Wakes the thread that waits at {@code word}, if it sleeps. What it waits for must have been
   * written before, by a volatile write.
   *
   * @param otherwise wakes it where there is no futex
   */
  static void wake(MemorySegment word, boolean futex, Runnable otherwise) {
    if ((int) WORD.getVolatile(word, 0L) == ASLEEP
        && (int) WORD.getAndSet(word, 0L, AWAKE) == ASLEEP) {
      if (futex) {
        Futex.wake(word);
      } else {
        otherwise.run();
      }
    }
  }
}
