package dev.weft.persistence.outbox;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;

/**
 * The hours of a day in which an outbox sends, by the clocks on the wall: from {@code from},
 * inclusive, to {@code to}, exclusive; over midnight if {@code to} is the earlier one. Equal times
 * are the whole day.
 */
public record UploadWindow(LocalTime from, LocalTime to, ZoneId zone) {

  /** Whether {@code now} is within. */
  public boolean contains(Instant now) {
    var time = now.atZone(zone).toLocalTime();
    if (from.equals(to)) {
      return true;
    }
    return from.isBefore(to)
        ? !time.isBefore(from) && time.isBefore(to)
        : !time.isBefore(from) || time.isBefore(to);
  }

  /** {@code now} if it is within, else when the window opens next. */
  public Instant opens(Instant now) {
    if (contains(now)) {
      return now;
    }
    var local = now.atZone(zone);
    var today = local.toLocalDate().atTime(from).atZone(zone).toInstant();
    return today.isAfter(now)
        ? today
        : local.toLocalDate().plusDays(1).atTime(from).atZone(zone).toInstant();
  }
}
