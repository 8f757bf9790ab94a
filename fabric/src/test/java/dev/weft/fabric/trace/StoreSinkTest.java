package dev.weft.fabric.trace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.disk.MemoryDisk;
import dev.weft.persistence.segment.SegmentStore;
import dev.weft.persistence.trace.Retention;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceSettings;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoreSinkTest {

  @Test
  void givesBackFramesAndTheirContentFromAStore() throws IOException {
    var disk = new MemoryDisk();
    var ages = Duration.ofDays(365_000);
    var settings = TraceSettings.of(List.of(Retention.of("default", 1 << 20, ages)));
    var records = TraceFileTest.records();
    try (var sink = new StoreSink(SegmentStore.open(disk, settings), () -> Instant.EPOCH)) {
      records.forEach(record -> sink.append(record, ""));
    }

    var frames = 0;
    var others = 0;
    try (var store = SegmentStore.open(disk, settings);
        var source = new StoreSource(store, TraceQuery.all())) {
      for (var next = source.next(); next.isPresent(); next = source.next()) {
        if (next.get() instanceof FrameRecord frame) {
          frames++;
          var content = source.content(frame.inputs().getFirst()).orElseThrow();
          assertEquals(300, content.length);
          assertArrayEquals(
              TraceCodec.encode(records.get(3)), TraceCodec.encode(frame), frame.toString());
        } else {
          others++;
        }
      }
      assertTrue(store.verify().passed(), store.verify().toString());
    }
    assertEquals(1, frames);
    assertEquals(4, others);
  }
}
