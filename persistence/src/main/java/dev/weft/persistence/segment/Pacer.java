package dev.weft.persistence.segment;

import java.util.function.LongUnaryOperator;

/** Calls a store's step, from one thread or in virtual time. */
public interface Pacer {

  /**
   * Begins to call {@code step}.
   *
   * @param step takes the time in nanoseconds on any steady clock, writes what is due, and answers
   *     after how many nanoseconds it wants to be called again, unless woken before
   */
  void start(LongUnaryOperator step);

  /** Something came that the step should see soon. Called by any thread; never blocks. */
  void wake();

  /** Ends the calls; on return none is running and none will. */
  void stop();
}
