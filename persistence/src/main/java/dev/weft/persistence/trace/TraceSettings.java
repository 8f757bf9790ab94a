package dev.weft.persistence.trace;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import javax.crypto.SecretKey;

/**
 * How a store works.
 *
 * @param window how long the first record of a group waits for others before all are made durable
 * @param queueBytesMax bytes of entries that wait in memory, beyond which new ones are dropped
 * @param queueRecordsMax entries that wait, likewise
 * @param entryBytesMax payload and attachments of one entry
 * @param retryDelay how long a disk that was full or failed is left alone
 * @param classes the retention classes that may be written; others in the folder are only read
 * @param masterKey an AES key that wraps the sessions' keys; payloads are encrypted if it is there
 * @param holds what retention must not delete
 */
public record TraceSettings(
    Duration window,
    long queueBytesMax,
    int queueRecordsMax,
    int entryBytesMax,
    Duration retryDelay,
    List<Retention> classes,
    Optional<SecretKey> masterKey,
    Holds holds) {

  /** Numbers that one group may take at most; a hard stop skips as many. */
  public static final int QUEUE_RECORDS_MAX = 1 << 20;

  private static final int ENTRY_BYTES_MAX = 1 << 28;

  public TraceSettings {
    classes = List.copyOf(classes);
    check("window", window.toNanos(), 0, Duration.ofMinutes(1).toNanos(), "ns");
    check("queueBytesMax", queueBytesMax, 1, Long.MAX_VALUE, "bytes");
    check("queueRecordsMax", queueRecordsMax, 1, QUEUE_RECORDS_MAX, "records");
    check("entryBytesMax", entryBytesMax, 1, ENTRY_BYTES_MAX, "bytes");
    check("retryDelay", retryDelay.toNanos(), 0, Duration.ofHours(1).toNanos(), "ns");
    var names = new HashSet<String>();
    for (var one : classes) {
      if (!names.add(one.name())) {
        throw new IllegalArgumentException(
            "retention class: '%s' twice (expected: once)".formatted(one.name()));
      }
    }
    masterKey.ifPresent(TraceSettings::checkKey);
  }

  /**
   * These classes, and the rest as {@code reference.conf} says, whatever an application's own
   * configuration does.
   */
  public static TraceSettings of(List<Retention> classes) {
    return from(ConfigFactory.defaultReference().getConfig("weft.persistence.trace"), classes);
  }

  /**
   * As {@code weft.persistence.trace} says, without keys.
   *
   * @throws com.typesafe.config.ConfigException naming the setting that is missing or wrong
   */
  public static TraceSettings from(Config config) {
    var trace = config.getConfig("weft.persistence.trace");
    var classes = trace.getObject("classes");
    return from(
        trace,
        classes.keySet().stream()
            .sorted()
            .map(name -> Retention.from(name, classes.toConfig().getConfig(name)))
            .toList());
  }

  private static TraceSettings from(Config trace, List<Retention> classes) {
    return new TraceSettings(
        trace.getDuration("window"),
        trace.getBytes("queue-bytes-max"),
        trace.getInt("queue-records-max"),
        Math.toIntExact(trace.getBytes("entry-bytes-max")),
        trace.getDuration("retry-delay"),
        classes,
        Optional.empty(),
        Holds.NOTHING);
  }

  public TraceSettings withWindow(Duration wanted) {
    return new TraceSettings(
        wanted,
        queueBytesMax,
        queueRecordsMax,
        entryBytesMax,
        retryDelay,
        classes,
        masterKey,
        holds);
  }

  public TraceSettings withQueue(long bytesMax, int recordsMax) {
    return new TraceSettings(
        window, bytesMax, recordsMax, entryBytesMax, retryDelay, classes, masterKey, holds);
  }

  public TraceSettings withRetryDelay(Duration wanted) {
    return new TraceSettings(
        window, queueBytesMax, queueRecordsMax, entryBytesMax, wanted, classes, masterKey, holds);
  }

  /** Encrypts payloads and attachments by keys that {@code key} wraps. */
  public TraceSettings withMasterKey(SecretKey key) {
    return new TraceSettings(
        window,
        queueBytesMax,
        queueRecordsMax,
        entryBytesMax,
        retryDelay,
        classes,
        Optional.of(key),
        holds);
  }

  public TraceSettings withHolds(Holds wanted) {
    return new TraceSettings(
        window,
        queueBytesMax,
        queueRecordsMax,
        entryBytesMax,
        retryDelay,
        classes,
        masterKey,
        wanted);
  }

  private static void check(String name, long value, long min, long max, String unit) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s: %d %s (expected: %d to %d)".formatted(name, value, unit, min, max));
    }
  }

  private static void checkKey(SecretKey key) {
    var encoded = key.getEncoded();
    if (!key.getAlgorithm().equals("AES") || encoded == null || encoded.length != 32) {
      throw new IllegalArgumentException("masterKey: not usable (expected: an AES key of 256 bit)");
    }
  }
}
