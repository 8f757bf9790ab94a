package dev.weft.stages.spi;

/** Whether the work of one run is still wanted; cancelled at most once. */
public interface Cancellation {

  /** Never cancelled. */
  Cancellation NEVER =
      new Cancellation() {
        @Override
        public boolean isCancelled() {
          return false;
        }

        @Override
        public Registration onCancel(Runnable action) {
          return () -> {};
        }
      };

  boolean isCancelled();

  /**
   * Runs {@code action} when cancelled, at once if that has happened; on any thread, at most once.
   */
  Registration onCancel(Runnable action);

  /** Ends a registration: after {@link #close()} returns, the action will not start. */
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }
}
