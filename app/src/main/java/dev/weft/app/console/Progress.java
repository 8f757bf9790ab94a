package dev.weft.app.console;

import java.io.PrintStream;
import java.util.function.LongSupplier;

/**
 * How far some work is: on a terminal a bar that is drawn over, otherwise nothing but the lines
 * that stay. Threadsafe.
 */
public final class Progress implements AutoCloseable {

  private static final int WIDTH = 79;
  private static final int BAR_WIDTH = 20;
  private static final long REDRAW_NANOS = 100_000_000;

  private final PrintStream stream;
  private final boolean isLive;
  private final LongSupplier nanoTime;
  private boolean isDrawn;
  private long drawnAtNanos;

  Progress(PrintStream stream, boolean isLive, LongSupplier nanoTime) {
    this.stream = stream;
    this.isLive = isLive;
    this.nanoTime = nanoTime;
  }

  /**
   * Draws a bar, unless the last one is less than a tenth of a second old.
   *
   * @param done share of the work, from 0 to 1
   */
  public synchronized void bar(double done, String text) {
    var now = nanoTime.getAsLong();
    if (!isLive || isDrawn && now - drawnAtNanos < REDRAW_NANOS) {
      return;
    }
    var filled = (int) Math.round(Math.clamp(done, 0, 1) * BAR_WIDTH);
    draw("[" + "#".repeat(filled) + ".".repeat(BAR_WIDTH - filled) + "] " + text);
    drawnAtNanos = now;
  }

  /** Prints a line that stays. */
  public synchronized void line(String text) {
    erase();
    stream.println(text);
  }

  private void draw(String text) {
    var shown = text.length() > WIDTH ? text.substring(0, WIDTH) : text;
    stream.print("\r" + shown + " ".repeat(WIDTH - shown.length()));
    stream.flush();
    isDrawn = true;
  }

  private void erase() {
    if (isDrawn) {
      stream.print("\r" + " ".repeat(WIDTH) + "\r");
      stream.flush();
      isDrawn = false;
    }
  }

  @Override
  public synchronized void close() {
    erase();
  }
}
