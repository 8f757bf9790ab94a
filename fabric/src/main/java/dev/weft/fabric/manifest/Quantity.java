package dev.weft.fabric.manifest;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Numbers with a unit, as manifests write them: {@code 15ms}, {@code 120MiB}, {@code 5%}. */
public final class Quantity {

  private static final Duration DURATION_MAX = Duration.ofHours(24);
  private static final Duration PERIOD_MAX = Duration.ofDays(30);

  private static final Pattern PERCENT = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,9})?)%");

  private static final Map<String, Long> NANOS =
      Map.of(
          "us", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "min", 60_000_000_000L,
          "h", 3_600_000_000_000L);

  private static final long DAY_NANOS = 86_400_000_000_000L;

  private static final Map<String, Long> BYTES =
      Map.of(
          "", 1L,
          "B", 1L,
          "kB", 1_000L,
          "MB", 1_000_000L,
          "GB", 1_000_000_000L,
          "KiB", 1L << 10,
          "MiB", 1L << 20,
          "GiB", 1L << 30);

  private Quantity() {}

  /** A duration of more than nothing and at most 24 hours. */
  public static Optional<Duration> duration(String text) {
    return duration(scaled(text, NANOS), DURATION_MAX);
  }

  /** A duration of more than nothing and at most 30 days, which may be written in days. */
  public static Optional<Duration> period(String text) {
    var nanos = text.endsWith("d") ? scaled(text, Map.of("d", DAY_NANOS)) : scaled(text, NANOS);
    return duration(nanos, PERIOD_MAX);
  }

  private static Optional<Duration> duration(OptionalLong nanos, Duration most) {
    if (nanos.isEmpty() || nanos.getAsLong() == 0) {
      return Optional.empty();
    }
    var duration = Duration.ofNanos(nanos.getAsLong());
    return duration.compareTo(most) > 0 ? Optional.empty() : Optional.of(duration);
  }

  /** A number of bytes. */
  public static OptionalLong bytes(String text) {
    return scaled(text, BYTES);
  }

  /** A share in percent, 0 to 100. */
  public static OptionalDouble percent(String text) {
    var form = PERCENT.matcher(text);
    if (!form.matches()) {
      return OptionalDouble.empty();
    }
    var percent = Double.parseDouble(form.group(1));
    return percent <= 100 ? OptionalDouble.of(percent) : OptionalDouble.empty();
  }

  /** {@code percent} as a person writes it, for example {@code 0.5 %}. */
  public static String percentText(double percent) {
    return BigDecimal.valueOf(percent).stripTrailingZeros().toPlainString() + " %";
  }

  /** The share that {@code percent} is, exact to the last digit: 0.1 % is 0.001. */
  public static double share(double percent) {
    return BigDecimal.valueOf(percent).movePointLeft(2).doubleValue();
  }

  /** {@code share} in percent as a person writes it: {@code 0.5 %} of 0.005. */
  public static String shareText(double share) {
    return percentText(BigDecimal.valueOf(share).movePointRight(2).doubleValue());
  }

  /** {@code duration} in the largest unit that leaves a whole number, and one day as hours. */
  public static String text(Duration duration) {
    var nanos = duration.toNanos();
    if (nanos >= 2 * DAY_NANOS && nanos % DAY_NANOS == 0) {
      return nanos / DAY_NANOS + " d";
    }
    for (var unit : new String[] {"h", "min", "s", "ms", "us"}) {
      var size = NANOS.getOrDefault(unit, 1L);
      if (nanos >= size && nanos % size == 0) {
        return nanos / size + " " + unit;
      }
    }
    return nanos + " ns";
  }

  /** {@code bytes} in the largest binary unit that keeps three digits. */
  public static String text(long bytes) {
    for (var unit : new String[] {"GiB", "MiB", "KiB"}) {
      var size = BYTES.getOrDefault(unit, 1L);
      if (bytes >= size) {
        var number = "%.1f".formatted((double) bytes / size);
        return (number.endsWith(".0") ? number.substring(0, number.length() - 2) : number)
            + " "
            + unit;
      }
    }
    return bytes + " bytes";
  }

  private static OptionalLong scaled(String text, Map<String, Long> units) {
    var digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    var unit = units.get(text.substring(digits));
    if (digits == 0 || unit == null) {
      return OptionalLong.empty();
    }
    try {
      var number = Long.parseLong(text.substring(0, digits));
      return OptionalLong.of(Math.multiplyExact(number, unit.longValue()));
    } catch (NumberFormatException | ArithmeticException e) {
      return OptionalLong.empty();
    }
  }
}
