package dev.weft.persistence.outbox;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.segment.SegmentStore;
import dev.weft.persistence.testkit.ManualPacer;
import dev.weft.persistence.trace.Loss;
import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.Retention;
import dev.weft.persistence.trace.TraceEntry;
import dev.weft.persistence.trace.TraceKey;
import dev.weft.persistence.trace.TraceSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/** A buffer and its outbox, stepped by hand in virtual time. */
final class OutboxRig implements AutoCloseable {

  static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
  static final String SINK = "cloud";
  static final UploadTags TAGS = UploadTags.ofClasses("upload");
  static final OutboxSettings SETTINGS =
      OutboxSettings.of(SINK, TAGS)
          .withBatch(2_000, 5, Duration.ofMillis(500))
          .withRetry(
              new RetryRule(Duration.ofSeconds(1), Duration.ofSeconds(8)), Duration.ofSeconds(5));

  final Cursors cursors;
  final SegmentStore store;
  final Outbox outbox;
  private final ManualPacer storePacer = new ManualPacer();
  private final ManualPacer pacer = new ManualPacer();
  Instant now;

  OutboxRig(
      Disk storeDisk,
      Disk cursorDisk,
      Sink sink,
      OutboxSettings settings,
      Retention upload,
      Instant start,
      RandomGenerator random)
      throws IOException {
    now = start;
    cursors = Cursors.open(cursorDisk, Map.of(SINK, settings.tags()), "box-7", random);
    var classes = List.of(upload, Retention.of("local", 1 << 20, Duration.ofDays(1)));
    store =
        SegmentStore.open(
            storeDisk,
            TraceSettings.of(classes).withHolds(cursors),
            () -> now,
            new SecureRandom(),
            storePacer);
    outbox = Outbox.open(store, cursors, settings, sink, () -> now, random, pacer);
  }

  static Retention roomy() {
    return Retention.of("upload", 1 << 20, Duration.ofDays(1));
  }

  CompletableFuture<Outcome> append(String retentionClass, String pipeline, String payload) {
    var key = new TraceKey("cam-7", pipeline, "", retentionClass, now);
    return store
        .append(
            new TraceEntry(
                key.deferred(outbox.isDeferring(key)), payload.getBytes(StandardCharsets.UTF_8)))
        .toCompletableFuture();
  }

  CompletableFuture<Outcome> append(String payload) {
    return append("upload", "kiosk", payload);
  }

  /** Lets {@code time} pass for the buffer and the outbox, a tenth of a second each. */
  void pass(Duration time) {
    for (var left = time.toMillis(); left > 0; left -= 100) {
      storePacer.pass(Duration.ofMillis(100));
      pacer.pass(Duration.ofMillis(100));
      now = now.plusMillis(100);
    }
  }

  /** The payloads in an inbox, in order; gaps and what is withheld as words. */
  static List<String> received(Disk disk) throws IOException {
    var all = new ArrayList<String>();
    Inbox.read(
        disk,
        (_, item) ->
            all.add(
                switch (item) {
                  case BatchItem.Kept kept -> new String(kept.payload(), StandardCharsets.UTF_8);
                  case BatchItem.Withheld withheld -> withheld.why().name();
                  case BatchItem.Gap gap -> lost(gap.loss());
                }));
    return all;
  }

  /** With those of gaps that were deleted before they were sent. */
  private static String lost(Loss loss) {
    return "%s %d".formatted(loss.reason(), loss.count() + loss.carried());
  }

  Optional<String> error() {
    return outbox.status().error();
  }

  @Override
  public void close() throws IOException {
    outbox.close();
    store.close();
  }
}
