package dev.weft.app.console;

import java.time.Duration;
import java.util.Locale;

/** Sizes, times and counts as a person reads them. */
public final class Amount {

  private static final double FIGURE_MIN = 1e-4;
  private static final double FIGURE_MAX = 1e6;

  private Amount() {}

  /** For example {@code 22.9 MB}; 1 MB is a million bytes. */
  public static String bytes(long bytes) {
    if (bytes < 1_000) {
      return bytes + " B";
    }
    if (bytes < 1_000_000) {
      return format("%.1f kB", bytes / 1e3);
    }
    return bytes < 1_000_000_000 ? format("%.1f MB", bytes / 1e6) : format("%.2f GB", bytes / 1e9);
  }

  /** Milliseconds to three digits, for example {@code 0.042}, {@code 12.5}. */
  public static String millis(Duration time) {
    return millis(time.toNanos() / 1e6);
  }

  /** Milliseconds to three digits. */
  public static String millis(double millis) {
    if (millis >= 100) {
      return format("%.0f", millis);
    }
    if (millis >= 10) {
      return format("%.1f", millis);
    }
    return millis >= 1 ? format("%.2f", millis) : format("%.3f", millis);
  }

  /**
   * A number without a unit: six decimals, or where these would hide or bury it (below 1e-4, and
   * from 1e6) four digits and a power of ten, for example {@code 5.012e+35}.
   */
  public static String figure(double value) {
    var size = Math.abs(value);
    var isPlain = size == 0 || size >= FIGURE_MIN && size < FIGURE_MAX;
    return isPlain ? format("%.6f", value) : format("%.3e", value);
  }

  /** For example {@code 1 file}, {@code 3 files}. */
  public static String count(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  /** {@link String#format} that writes numbers the same everywhere. */
  public static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
