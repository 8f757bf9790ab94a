package dev.weft.stages.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Reads all that a process prints, so that it never blocks on a full pipe, and keeps the last of
 * it. Each read may also be the process waking its parent.
 */
final class OutputTail implements Runnable {

  static final int BYTES = 8 << 10;

  private final InputStream output;
  private final Runnable wake;
  private final byte[] kept = new byte[BYTES];
  private long seen;

  OutputTail(InputStream output, Runnable wake) {
    this.output = output;
    this.wake = wake;
  }

  @Override
  public void run() {
    var buffer = new byte[1 << 10];
    try {
      for (var count = output.read(buffer); count >= 0; count = output.read(buffer)) {
        wake.run();
        keep(buffer, count);
      }
    } catch (IOException _) {
      // The process has gone.
    }
  }

  private synchronized void keep(byte[] buffer, int count) {
    for (var i = 0; i < count; i++) {
      kept[(int) (seen++ % BYTES)] = buffer[i];
    }
  }

  synchronized String text() {
    var length = (int) Math.min(seen, BYTES);
    var last = new byte[length];
    for (var i = 0; i < length; i++) {
      last[i] = kept[(int) ((seen - length + i) % BYTES)];
    }
    return new String(last, StandardCharsets.UTF_8);
  }
}
