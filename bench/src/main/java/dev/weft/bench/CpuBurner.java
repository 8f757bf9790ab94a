package dev.weft.bench;

import java.io.IOException;
import java.time.Duration;

/**
 * A process that does nothing but burn one core: says {@code ready}, burns from its first byte of
 * input on for as long as its argument says in milliseconds, and ends. It ends at once when whoever
 * started it is gone.
 */
public final class CpuBurner {

  static final String READY = "ready";

  /** Longest time a burner burns, whatever it is told. */
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private CpuBurner() {}

  /** Burns; see the class. */
  public static void main(String[] args) throws IOException {
    var wanted = Duration.ofMillis(Long.parseLong(args[0]));
    System.out.println(READY);
    if (System.in.read() < 0) {
      return;
    }
    var end = System.nanoTime() + Math.min(wanted.toNanos(), LONGEST.toNanos());
    var parent = ProcessHandle.current().parent();
    var rounds = 0L;
    while (System.nanoTime() - end < 0) {
      rounds++;
      if ((rounds & 0xf_ffff) == 0 && parent.filter(ProcessHandle::isAlive).isEmpty()) {
        return;
      }
    }
  }
}
