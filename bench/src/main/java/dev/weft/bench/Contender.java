package dev.weft.bench;

/** One way to do a piece of work, as several callers at a time may want it done. */
interface Contender extends AutoCloseable {

  /** The work of one caller, one frame per call; used by one thread at a time. */
  interface Caller extends AutoCloseable {
    /** Runs one frame; gives the first number of its output. */
    float runFrame() throws Exception;

    @Override
    default void close() {}
  }

  /** Makes one more caller. */
  Caller newCaller();

  @Override
  void close();
}
