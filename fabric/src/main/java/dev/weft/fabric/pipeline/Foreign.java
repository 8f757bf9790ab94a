package dev.weft.fabric.pipeline;

/** Where code that is not Weft's is called from an inference loop. */
final class Foreign {

  private Foreign() {}

  /**
   * Calls it; what it throws is logged and must not reach the loop.
   *
   * @param who for the log
   */
  static void call(String who, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      System.getLogger(Foreign.class.getName())
          .log(System.Logger.Level.WARNING, who + " failed", e);
    }
  }
}
