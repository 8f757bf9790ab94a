package dev.weft.stages.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A stage process as its parent holds it: what it prints, how it is woken, how it ends. */
final class ChildProcess {

  /** Time to end by itself when its input has ended, which it does at once unless it is stopped. */
  private static final long GRACE_MILLIS = 1_000;

  private static final long LAST_WORDS_MILLIS = 500;

  private final Process process;
  private final OutputTail tail;
  private final Thread tailThread;

  private ChildProcess(Process process, OutputTail tail, Thread tailThread) {
    this.process = process;
    this.tail = tail;
    this.tailThread = tailThread;
  }

  /**
   * Starts {@code mainClass} on the channel at {@code channel}.
   *
   * @param onOutput run whenever it prints
   * @param onExit run when it has ended
   */
  static ChildProcess start(
      String mainClass, ProcessSettings settings, Path channel, Runnable onOutput, Runnable onExit)
      throws IOException {
    var process = ChildCommand.of(mainClass, settings, channel).start();
    var tail = new OutputTail(process.getInputStream(), onOutput);
    var thread = Thread.ofPlatform().daemon().name("weft-output-" + process.pid()).start(tail);
    process.onExit().thenRun(onExit);
    return new ChildProcess(process, tail, thread);
  }

  /** Writes a byte to its input, upon which it looks for work and cancellations. */
  void ring() {
    try {
      process.getOutputStream().write('.');
      process.getOutputStream().flush();
    } catch (IOException _) {
      // It has ended, which is told elsewhere.
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  void kill() {
    process.destroyForcibly();
  }

  /** Ends it if it has not ended by itself; says how it ended. */
  String end() {
    try {
      process.getOutputStream().close();
    } catch (IOException _) {
      // It has ended.
    }
    if (!hasEndedWithin(GRACE_MILLIS)) {
      process.destroyForcibly();
      while (!hasEndedWithin(GRACE_MILLIS)) {
        continue;
      }
    }
    awaitLastWords();
    return ExitText.of(process.exitValue(), tail.text());
  }

  private boolean hasEndedWithin(long millis) {
    try {
      return process.waitFor(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      // The thread is its link's own; nobody interrupts it for a reason.
      return !process.isAlive();
    }
  }

  private void awaitLastWords() {
    try {
      tailThread.join(LAST_WORDS_MILLIS);
    } catch (InterruptedException _) {
      // What it printed so far has to do.
    }
  }
}
