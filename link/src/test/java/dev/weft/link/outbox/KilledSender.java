package dev.weft.link.outbox;

import dev.weft.link.identity.Address;
import dev.weft.link.identity.Security;
import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.outbox.Cursors;
import dev.weft.persistence.outbox.Outbox;
import dev.weft.persistence.outbox.OutboxSettings;
import dev.weft.persistence.outbox.RetryRule;
import dev.weft.persistence.outbox.UploadTags;
import dev.weft.persistence.segment.SegmentStore;
import dev.weft.persistence.segment.WriterThread;
import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.Retention;
import dev.weft.persistence.trace.TraceEntry;
import dev.weft.persistence.trace.TraceKey;
import dev.weft.persistence.trace.TraceSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A process that records and sends until it is killed. Prints {@code kept NAME} for each record
 * that was promised; with a count, ends after so many with {@code drained}.
 */
final class KilledSender {

  private KilledSender() {}

  public static void main(String[] args) throws Exception {
    var folder = Path.of(args[0]);
    var life = args[2];
    var count = Integer.parseInt(args[3]);
    var tags = UploadTags.ofClasses("upload");
    var random = new Random();
    var cursors =
        Cursors.open(FolderDisk.at(folder.resolve("outbox")), Map.of("cloud", tags), "box", random);
    var settings =
        TraceSettings.of(List.of(Retention.of("upload", 1 << 26, Duration.ofDays(1))))
            .withWindow(Duration.ofMillis(2))
            .withHolds(cursors);
    var sending =
        OutboxSettings.of("cloud", tags)
            .withBatch(20_000, 100, Duration.ofMillis(20))
            .withRetry(
                new RetryRule(Duration.ofMillis(20), Duration.ofMillis(200)),
                Duration.ofSeconds(2));
    try (var store = SegmentStore.open(FolderDisk.at(folder.resolve("store")), settings);
        var outbox =
            Outbox.open(
                store,
                cursors,
                sending,
                LinkSink.to(
                    Address.of("127.0.0.1", Integer.parseInt(args[1])),
                    Security.none(),
                    Duration.ofSeconds(2)),
                InstantSource.system(),
                random,
                new WriterThread("outbox"))) {
      for (var i = 0; i < count; i++) {
        var name = life + "-" + i;
        var key = new TraceKey("cam", "kiosk", "", "upload", Instant.now());
        var reply = store.append(new TraceEntry(key, name.getBytes(StandardCharsets.UTF_8)));
        if (reply.toCompletableFuture().get() instanceof Outcome.Kept) {
          System.out.println("kept " + name);
        }
      }
      outbox.drained().toCompletableFuture().get();
      System.out.println("drained");
    }
  }
}
