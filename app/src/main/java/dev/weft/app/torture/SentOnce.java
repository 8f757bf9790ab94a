package dev.weft.app.torture;

import dev.weft.app.torture.Ledger.Place;
import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.outbox.BatchItem;
import dev.weft.persistence.outbox.Cursors;
import dev.weft.persistence.outbox.FolderSink;
import dev.weft.persistence.outbox.InboxReader;
import dev.weft.persistence.outbox.Outbox;
import dev.weft.persistence.outbox.OutboxSettings;
import dev.weft.persistence.outbox.UploadTags;
import dev.weft.persistence.segment.SegmentStore;
import dev.weft.persistence.segment.WriterThread;
import dev.weft.persistence.trace.TraceItem;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceSettings;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Of the sink: nothing is there twice as the kill left it; and once the outbox has caught up, it
 * has each record of the buffer once, those that were acknowledged among them, and no others.
 */
final class SentOnce implements Promise {

  static final String SINK = "sink";

  private static final UploadTags TAGS = UploadTags.everything();
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private long records;

  /** How a victim sends: often, so that many kills meet a batch on its way. */
  static OutboxSettings settings() {
    return OutboxSettings.of(SINK, TAGS).withBatch(16 << 10, 40, Duration.ofMillis(30));
  }

  /** Records at the sink after the last kill. */
  long records() {
    return records;
  }

  @Override
  public List<String> broken(VictimFolder left, Ledger ledger) throws IOException {
    var broken = new ArrayList<String>();
    received(left, broken);
    if (!broken.isEmpty()) {
      return broken;
    }
    var recorded = caughtUp(left, broken);
    var received = received(left, broken);
    records = received.size();
    recorded.forEach(
        (number, hash) -> {
          if (!hash.equals(received.get(number))) {
            broken.add(
                "sink: record %d is %s (expected: %s, as in the buffer)"
                    .formatted(number, received.getOrDefault(number, "not there"), hash));
          }
        });
    received.keySet().stream()
        .filter(number -> !recorded.containsKey(number))
        .forEach(number -> broken.add("sink: record %d is in no buffer".formatted(number)));
    ledger
        .frames()
        .forEach(
            (place, kept) -> {
              if (!kept.hash().equals(received.get(kept.number()))) {
                broken.add("sink: frame at %s is not there, which was kept".formatted(place));
              }
            });
    return broken;
  }

  /** Hashes of the sink's records by their numbers. */
  private static Map<Long, String> received(VictimFolder left, List<String> broken)
      throws IOException {
    var hashes = new TreeMap<Long, String>();
    var places = new HashSet<Place>();
    var items = InboxReader.raw(FolderDisk.at(left.sink()));
    for (var next = items.next(); next.isPresent(); next = items.next()) {
      switch (next.get().item()) {
        case BatchItem.Kept kept -> {
          var place = new Place(kept.key().session(), kept.sequence());
          if (hashes.put(kept.number(), VictimFolder.hash(kept.payload())) != null
              || !places.add(place)) {
            broken.add(
                "sink: record %d at %s twice, in %s"
                    .formatted(kept.number(), place, next.get().file()));
          }
        }
        case BatchItem.Withheld withheld -> broken.add("sink: " + withheld);
        case BatchItem.Gap _ -> {
          // A hard stop, of which the buffer's own check knows more.
        }
      }
    }
    return hashes;
  }

  /** Lets an outbox send what is left; the buffer's records by their numbers. */
  private static Map<Long, String> caughtUp(VictimFolder left, List<String> broken)
      throws IOException {
    var random = new SecureRandom();
    var hashes = new HashMap<Long, String>();
    try (var store = SegmentStore.open(FolderDisk.at(left.frames()), TraceSettings.of(List.of()))) {
      var cursors =
          Cursors.open(FolderDisk.at(left.cursors()), Map.of(SINK, TAGS), Cursors.NAME, random);
      try (var outbox =
          Outbox.open(
              store,
              cursors,
              settings().withBatch(1 << 20, 10_000, Duration.ZERO),
              FolderSink.open(FolderDisk.at(left.sink())),
              InstantSource.system(),
              random,
              new WriterThread("torture-outbox"))) {
        drain(outbox, broken);
        // What the sink had lost of what it acknowledged is sent again: that heals it, and is told.
        outbox.status().lastFailure().ifPresent(told -> broken.add("sink: " + told.why()));
      }
      try (var cursor = store.read(TraceQuery.all())) {
        for (var item = cursor.next(); item.isPresent(); item = cursor.next()) {
          if (item.get() instanceof TraceItem.TraceRecord record) {
            hashes.put(record.number(), VictimFolder.hash(record.payload()));
          }
        }
      }
    }
    return hashes;
  }

  private static void drain(Outbox outbox, List<String> broken) {
    try {
      outbox.drained().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      broken.add("sink: not caught up within %s: %s".formatted(PATIENCE, outbox.status()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      broken.add("sink: interrupted while catching up");
    } catch (ExecutionException e) {
      broken.add("sink: " + e.getCause());
    }
  }
}
