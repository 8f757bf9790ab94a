package dev.weft.app.torture;

import dev.weft.app.torture.Ledger.Place;
import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.segment.SegmentStore;
import dev.weft.persistence.trace.LossReason;
import dev.weft.persistence.trace.TraceItem;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Of the buffer: every acknowledged frame is where it was said to be, each session's stream has no
 * hole and nothing twice, nothing was lost but by the kills, and every checksum and chain holds.
 */
final class FramesKept implements Promise {

  @Override
  public List<String> broken(VictimFolder left, Ledger ledger) throws IOException {
    var broken = new ArrayList<String>();
    try (var store = SegmentStore.open(FolderDisk.at(left.frames()), TraceSettings.of(List.of()))) {
      store.verify().findings().forEach(finding -> broken.add("verify: " + finding));
      var reading = new Reading(broken);
      try (var cursor = store.read(TraceQuery.all())) {
        for (var item = cursor.next(); item.isPresent(); item = cursor.next()) {
          reading.take(item.get());
        }
      }
      ledger.frames().forEach(reading::require);
    }
    return broken;
  }

  private static final class Reading {

    private final List<String> broken;
    private final Map<Place, Ledger.Kept> found = new HashMap<>();
    private final Map<String, Long> last = new HashMap<>();
    private final Set<String> hashes = new HashSet<>();
    private long number;

    Reading(List<String> broken) {
      this.broken = broken;
    }

    void take(TraceItem item) {
      switch (item) {
        case TraceItem.TraceRecord record -> take(record);
        case TraceItem.Gap(_, _, _, var loss) when loss.reason() == LossReason.STOPPED_HARD -> {}
        case TraceItem.Gap _, TraceItem.Damage _, TraceItem.Erased _, TraceItem.Locked _ ->
            broken.add("buffer: " + item);
      }
    }

    private void take(TraceItem.TraceRecord record) {
      var session = record.key().session();
      var hash = VictimFolder.hash(record.payload());
      found.put(new Place(session, record.sequence()), new Ledger.Kept(record.number(), hash));
      var before = last.put(session, record.sequence());
      if (record.sequence() != (before == null ? 1 : before + 1)) {
        broken.add(
            "session '%s': a record at place %d after one at %d (expected: the next)"
                .formatted(session, record.sequence(), before == null ? 0 : before));
      }
      if (record.number() <= number) {
        broken.add("record %d after %d (expected: ascending)".formatted(record.number(), number));
      }
      number = record.number();
      // A frame's record names its epoch and number, so no two are alike; what frames refer to is
      // told in every life.
      if (!record.key().pipeline().isEmpty() && !hashes.add(hash)) {
        broken.add("session '%s': frame at place %d twice".formatted(session, record.sequence()));
      }
    }

    void require(Place place, Ledger.Kept kept) {
      var there = found.get(place);
      if (!kept.equals(there)) {
        broken.add(
            "frame at %s: %s (expected: %s, which was acknowledged)"
                .formatted(place, there == null ? "not there" : there, kept));
      }
    }
  }
}
