package dev.weft.stages.process;

import java.time.Duration;

/**
 * The bounds of one stage in a process of its own.
 *
 * @param regionBytes memory shared for inputs, and as much again in each process for outputs
 * @param credits runs that may be under way or wait at once, {@code 1} to {@value #CREDITS_MAX}
 * @param heapBytes Java heap of a process
 * @param spin longest time either side looks again and again before it sleeps; 0 never spins
 * @param hangAfter a run that takes longer is lost, and its process killed
 * @param startWithin time for a process to load its model and say that it is ready
 * @param standby whether a second process stands ready, with its own copy of the model, so that
 *     those who wait behind a crash do not wait for a start
 * @param restartsMax processes that may end within {@code restartWindow} before starts are refused
 * @param restartPause pause before the second start in a row, doubled from start to start
 * @param wakeUp how a sleeping side is woken
 */
public record ProcessSettings(
    long regionBytes,
    int credits,
    long heapBytes,
    Duration spin,
    Duration hangAfter,
    Duration startWithin,
    boolean standby,
    int restartsMax,
    Duration restartWindow,
    Duration restartPause,
    WakeUp wakeUp) {

  /** How a side that sleeps is told that there is work. */
  public enum WakeUp {
    /** By a futex in the shared memory where the system has one, else by a pipe. */
    BEST,
    /** By a byte through the process's standard input or output. */
    PIPE
  }

  public static final int CREDITS_MAX = 64;

  private static final long REGION_BYTES_MIN = 4096;
  private static final long MEBIBYTE = 1 << 20;

  public ProcessSettings {
    require(regionBytes >= REGION_BYTES_MIN, "regionBytes", regionBytes, ">= 4096");
    require(credits >= 1 && credits <= CREDITS_MAX, "credits", credits, "1 to " + CREDITS_MAX);
    require(heapBytes >= 8 * MEBIBYTE, "heapBytes", heapBytes, ">= 8 MiB");
    require(!spin.isNegative(), "spin", spin, ">= 0");
    require(hangAfter.isPositive(), "hangAfter", hangAfter, "> 0");
    require(startWithin.isPositive(), "startWithin", startWithin, "> 0");
    require(restartsMax >= 1, "restartsMax", restartsMax, ">= 1");
    require(restartWindow.isPositive(), "restartWindow", restartWindow, "> 0");
    require(!restartPause.isNegative(), "restartPause", restartPause, ">= 0");
  }

  /**
   * 64 MiB each way, 4 credits, a heap of 256 MiB, 30 s for a run, 60 s for a start, a standby, and
   * 5 restarts a minute. Spins 20 us where there is more than one core, else not at all.
   */
  public static ProcessSettings defaults() {
    var spin = Runtime.getRuntime().availableProcessors() > 1 ? 20_000 : 0;
    return new ProcessSettings(
        64 * MEBIBYTE,
        4,
        256 * MEBIBYTE,
        Duration.ofNanos(spin),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        true,
        5,
        Duration.ofMinutes(1),
        Duration.ofMillis(100),
        WakeUp.BEST);
  }

  public ProcessSettings withRegionBytes(long bytes) {
    return new ProcessSettings(
        bytes,
        credits,
        heapBytes,
        spin,
        hangAfter,
        startWithin,
        standby,
        restartsMax,
        restartWindow,
        restartPause,
        wakeUp);
  }

  public ProcessSettings withCredits(int runs) {
    return new ProcessSettings(
        regionBytes,
        runs,
        heapBytes,
        spin,
        hangAfter,
        startWithin,
        standby,
        restartsMax,
        restartWindow,
        restartPause,
        wakeUp);
  }

  public ProcessSettings withHeapBytes(long bytes) {
    return new ProcessSettings(
        regionBytes,
        credits,
        bytes,
        spin,
        hangAfter,
        startWithin,
        standby,
        restartsMax,
        restartWindow,
        restartPause,
        wakeUp);
  }

  public ProcessSettings withSpin(Duration longest) {
    return new ProcessSettings(
        regionBytes,
        credits,
        heapBytes,
        longest,
        hangAfter,
        startWithin,
        standby,
        restartsMax,
        restartWindow,
        restartPause,
        wakeUp);
  }

  public ProcessSettings withHangAfter(Duration longest) {
    return new ProcessSettings(
        regionBytes,
        credits,
        heapBytes,
        spin,
        longest,
        startWithin,
        standby,
        restartsMax,
        restartWindow,
        restartPause,
        wakeUp);
  }

  public ProcessSettings withStandby(boolean ready) {
    return new ProcessSettings(
        regionBytes,
        credits,
        heapBytes,
        spin,
        hangAfter,
        startWithin,
        ready,
        restartsMax,
        restartWindow,
        restartPause,
        wakeUp);
  }

  /** At most {@code max} restarts within {@code window}. */
  public ProcessSettings withRestarts(int max, Duration window, Duration pause) {
    return new ProcessSettings(
        regionBytes,
        credits,
        heapBytes,
        spin,
        hangAfter,
        startWithin,
        standby,
        max,
        window,
        pause,
        wakeUp);
  }

  public ProcessSettings withWakeUp(WakeUp way) {
    return new ProcessSettings(
        regionBytes,
        credits,
        heapBytes,
        spin,
        hangAfter,
        startWithin,
        standby,
        restartsMax,
        restartWindow,
        restartPause,
        way);
  }

  private static void require(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException("%s: %s (expected: %s)".formatted(name, value, expected));
    }
  }
}
