package dev.weft.persistence.segment;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.testkit.ManualPacer;
import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.TraceEntry;
import dev.weft.persistence.trace.TraceItem;
import dev.weft.persistence.trace.TraceItem.Gap;
import dev.weft.persistence.trace.TraceItem.TraceRecord;
import dev.weft.persistence.trace.TraceKey;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A store stepped by hand, its clock, and short ways to write and read. */
final class StoreRig implements AutoCloseable {

  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  static final Duration LONG = Duration.ofSeconds(2);

  final SegmentStore store;
  final ManualPacer pacer = new ManualPacer();
  Instant now = START;

  StoreRig(Disk disk, TraceSettings settings) throws IOException {
    store = SegmentStore.open(disk, settings, () -> now, new SecureRandom(), pacer);
  }

  static TraceKey key(String session, String retentionClass) {
    return new TraceKey(session, "kiosk", "int8", retentionClass, START);
  }

  CompletableFuture<Outcome> append(TraceKey key, String payload) {
    return store
        .append(new TraceEntry(key, payload.getBytes(StandardCharsets.UTF_8)))
        .toCompletableFuture();
  }

  CompletableFuture<Outcome> append(String session, String payload) {
    return append(key(session, "frames"), payload);
  }

  /** Appends and lets the window pass. */
  Outcome keep(String session, String payload) {
    var reply = append(session, payload);
    pass();
    return reply.join();
  }

  void pass() {
    pacer.pass(LONG);
  }

  List<TraceItem> read(TraceQuery query) throws IOException {
    var items = new ArrayList<TraceItem>();
    try (var cursor = store.read(query)) {
      for (var item = cursor.next(); item.isPresent(); item = cursor.next()) {
        items.add(item.get());
      }
    }
    return items;
  }

  List<TraceRecord> records(TraceQuery query) throws IOException {
    return read(query).stream()
        .filter(TraceRecord.class::isInstance)
        .map(TraceRecord.class::cast)
        .toList();
  }

  List<String> payloads(TraceQuery query) throws IOException {
    return records(query).stream().map(StoreRig::text).toList();
  }

  List<Gap> gaps() throws IOException {
    return read(TraceQuery.all()).stream()
        .filter(Gap.class::isInstance)
        .map(Gap.class::cast)
        .toList();
  }

  static String text(TraceRecord record) {
    return new String(record.payload(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
