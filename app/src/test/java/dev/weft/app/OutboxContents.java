package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.outbox.BatchItem;
import dev.weft.persistence.outbox.Inbox;
import dev.weft.persistence.segment.SegmentSnapshot;
import dev.weft.persistence.trace.TraceItem;
import dev.weft.persistence.trace.TraceQuery;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** What lies at both ends of an outbox, as numbers and hashes that can be held together. */
final class OutboxContents {

  private OutboxContents() {}

  /** Hashes of what is at the sink, by source and number; fails if one is there twice. */
  static List<String> received(Path uploads) throws IOException {
    var hashes = new ArrayList<String>();
    var last = new long[1];
    Inbox.read(
        FolderDisk.at(uploads),
        (_, item) -> {
          assertTrue(item.number() > last[0], "number " + item.number() + " twice");
          last[0] = item.number();
          var kept = assertInstanceOf(BatchItem.Kept.class, item);
          hashes.add(item.number() + " " + HexFormat.of().formatHex(kept.hash()));
        });
    return hashes;
  }

  /** The same of an edge buffer's folder. */
  static List<String> recorded(Path buffer) throws IOException {
    var hashes = new ArrayList<String>();
    try (var store = SegmentSnapshot.of(FolderDisk.toRead(buffer));
        var cursor = store.read(TraceQuery.all())) {
      for (var item = cursor.next(); item.isPresent(); item = cursor.next()) {
        var record = assertInstanceOf(TraceItem.TraceRecord.class, item.get());
        hashes.add(record.number() + " " + HexFormat.of().formatHex(record.hash()));
      }
    }
    return hashes;
  }
}
