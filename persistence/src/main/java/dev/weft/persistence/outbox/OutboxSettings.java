package dev.weft.persistence.outbox;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Optional;

/**
 * How one outbox sends to one sink.
 *
 * @param sink its name: {@code [a-z0-9-]}, up to 32 characters
 * @param batchBytesMax of all that is in a batch, encoded and before it is compressed; one record
 *     alone may be more
 * @param batchItemsMax records and gaps of a batch
 * @param batchDelayMax how long the first waits for a batch to fill
 * @param recordBytesMax a larger record is sent without its payload
 * @param bytesPerSecond most bytes sent, retries included; 0 for no cap
 * @param window hours in which it sends; empty for all
 * @param answerTimeout how long an answer is waited for
 */
public record OutboxSettings(
    String sink,
    UploadTags tags,
    long batchBytesMax,
    int batchItemsMax,
    Duration batchDelayMax,
    long recordBytesMax,
    boolean isCompressing,
    long bytesPerSecond,
    Optional<UploadWindow> window,
    RetryRule retry,
    Duration answerTimeout) {

  public OutboxSettings {
    Cursors.checkSink(sink);
    check("batch-bytes-max", batchBytesMax, 1, BatchCodec.BODY_BYTES_MAX / 2);
    check("batch-items-max", batchItemsMax, 1, 1 << 20);
    check("batch-delay-max", batchDelayMax.toNanos(), 0, Duration.ofHours(1).toNanos());
    check("record-bytes-max", recordBytesMax, 1, BatchCodec.BODY_BYTES_MAX / 2);
    check("bytes-per-second", bytesPerSecond, 0, Long.MAX_VALUE);
    check("answer-timeout", answerTimeout.toNanos(), 1, Duration.ofHours(1).toNanos());
  }

  /** As {@code reference.conf} says, whatever an application's own configuration does. */
  public static OutboxSettings of(String sink, UploadTags tags) {
    return from(ConfigFactory.defaultReference().getConfig("weft.persistence.outbox"), sink, tags);
  }

  /**
   * What {@code config} says; {@code weft.persistence.outbox} in {@code reference.conf} has its
   * keys and defaults.
   *
   * @throws com.typesafe.config.ConfigException if a value is missing or of another kind
   * @throws IllegalArgumentException if one is out of bounds
   */
  public static OutboxSettings from(Config config, String sink, UploadTags tags) {
    return new OutboxSettings(
        sink,
        tags,
        config.getBytes("batch-bytes-max"),
        config.getInt("batch-items-max"),
        config.getDuration("batch-delay-max"),
        config.getBytes("record-bytes-max"),
        config.getBoolean("compress"),
        config.getBytes("bytes-per-second"),
        window(config.getConfig("window")),
        new RetryRule(config.getDuration("retry-first"), config.getDuration("retry-max")),
        config.getDuration("answer-timeout"));
  }

  private static Optional<UploadWindow> window(Config config) {
    var from = config.getString("from");
    var to = config.getString("to");
    var zone = config.getString("zone");
    if (from.isEmpty() && to.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new UploadWindow(
              LocalTime.parse(from),
              LocalTime.parse(to),
              zone.isEmpty() ? ZoneId.systemDefault() : ZoneId.of(zone)));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "window: from '%s', to '%s', zone '%s' (expected: HH:MM, HH:MM, a time zone's name or none)"
              .formatted(from, to, zone),
          e);
    }
  }

  /** The same with other bounds of a batch. */
  public OutboxSettings withBatch(long bytesMax, int itemsMax, Duration delayMax) {
    return new OutboxSettings(
        sink,
        tags,
        bytesMax,
        itemsMax,
        delayMax,
        recordBytesMax,
        isCompressing,
        bytesPerSecond,
        window,
        retry,
        answerTimeout);
  }

  /** The same that sends {@code bytes} a second at most, within {@code hours} if given. */
  public OutboxSettings within(long bytes, Optional<UploadWindow> hours) {
    return new OutboxSettings(
        sink,
        tags,
        batchBytesMax,
        batchItemsMax,
        batchDelayMax,
        recordBytesMax,
        isCompressing,
        bytes,
        hours,
        retry,
        answerTimeout);
  }

  /** The same with another way to wait. */
  public OutboxSettings withRetry(RetryRule rule, Duration timeout) {
    return new OutboxSettings(
        sink,
        tags,
        batchBytesMax,
        batchItemsMax,
        batchDelayMax,
        recordBytesMax,
        isCompressing,
        bytesPerSecond,
        window,
        rule,
        timeout);
  }

  private static void check(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s: %d (expected: %d to %d)".formatted(name, value, min, max));
    }
  }
}
