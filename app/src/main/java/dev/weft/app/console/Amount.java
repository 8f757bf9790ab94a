package dev.weft.app.console;

import java.time.Duration;
import java.util.Locale;

/** Sizes, times and counts as a person reads them. */
public final class Amount {

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

  /** For example {@code 1 file}, {@code 3 files}. */
  public static String count(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  /** {@link String#format} that writes numbers the same everywhere. */
  public static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
