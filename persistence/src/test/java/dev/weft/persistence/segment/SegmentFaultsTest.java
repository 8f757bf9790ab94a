package dev.weft.persistence.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.testkit.SimulatedDisk;
import dev.weft.persistence.trace.LossReason;
import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.TraceFormatException;
import dev.weft.persistence.trace.TraceItem.Damage;
import dev.weft.persistence.trace.TraceQuery;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Cut, flipped, full and failing: what a store makes of a disk that is not as it left it. */
class SegmentFaultsTest {

  private static final String SEGMENT = "frames-0000000001.segment";

  private final SimulatedDisk disk = new SimulatedDisk(1);

  private StoreRig open(SimulatedDisk on) throws IOException {
    return new StoreRig(on, TraceStoreContract.settings());
  }

  /** Five records of one session in one segment; the offsets where each of them ends. */
  private List<Integer> fiveRecords() throws IOException {
    var ends = new ArrayList<Integer>();
    try (var rig = open(disk)) {
      for (var i = 0; i < 5; i++) {
        rig.keep("s", "record-" + i);
        ends.add((int) disk.size(SEGMENT));
      }
    }
    return ends;
  }

  private static List<String> prefix(List<Integer> ends, long validBytes) {
    var whole = (int) ends.stream().filter(end -> end <= validBytes).count();
    return List.of("record-0", "record-1", "record-2", "record-3", "record-4").subList(0, whole);
  }

  @Test
  void aSegmentCutAtAnyByteGivesItsLongestValidPrefixAndGoesOn() throws IOException {
    var ends = fiveRecords();
    disk.delete(Names.CLEAN);
    for (var size = 0; size < ends.getLast(); size++) {
      var torn = disk.copy(size);
      torn.cut(SEGMENT, size);
      var valid = prefix(ends, size);
      try (var rig = open(torn)) {
        assertEquals(valid, rig.payloads(TraceQuery.all()), "cut at " + size);
        var next = assertInstanceOf(Outcome.Kept.class, rig.keep("s", "next"));
        assertEquals(valid.size() + 1, next.sequence(), "cut at " + size);
        assertTrue(rig.store.verify().passed(), "cut at " + size);
        assertEquals(1, rig.gaps().size(), "cut at " + size);
      }
    }
  }

  @Test
  void anyBitFlippedInAClosedStoreIsFoundAndNoWrongRecordIsRead() throws IOException {
    var ends = fiveRecords();
    for (var offset = 0; offset < ends.getLast(); offset++) {
      var flipped = disk.copy(offset);
      flipped.flip(SEGMENT, offset, offset % 8);
      try (var rig = open(flipped)) {
        checkDamage(rig, ends, offset);
        rig.keep("s", "next");
      }
      try (var rig = open(flipped)) {
        checkDamage(rig, ends, offset);
        assertEquals("next", rig.payloads(TraceQuery.all()).getLast());
      }
    }
  }

  private static void checkDamage(StoreRig rig, List<Integer> ends, int offset) throws IOException {
    var valid = offset < SegmentHeader.BYTES ? List.<String>of() : prefix(ends, offset);
    var read = rig.payloads(TraceQuery.all());
    assertEquals(valid, read.subList(0, valid.size()), "flip at " + offset);
    assertTrue(
        read.size() == valid.size() || read.equals(append(valid, "next")), "flip at " + offset);
    var damage =
        (Damage)
            rig.read(TraceQuery.all()).stream()
                .filter(Damage.class::isInstance)
                .findFirst()
                .orElseThrow();
    assertTrue(damage.offset() <= offset && offset < damage.offset() + damage.bytes());
    var finding = rig.store.verify().findings().getFirst();
    assertEquals(SEGMENT, finding.file());
    assertEquals(damage.offset(), finding.offset());
  }

  private static List<String> append(List<String> list, String more) {
    var all = new ArrayList<>(list);
    all.add(more);
    return all;
  }

  @Test
  void aFlipBeforeOtherRecordsIsDamageAndNoTornTailAlsoAfterAHardStop() throws IOException {
    var ends = fiveRecords();
    disk.delete(Names.CLEAN);
    for (var offset = 0; offset < ends.get(3); offset++) {
      var flipped = disk.copy(offset);
      flipped.flip(SEGMENT, offset, offset % 8);
      try (var rig = open(flipped)) {
        rig.keep("s", "next");
        checkDamage(rig, ends, offset);
      }
      assertEquals(ends.getLast().longValue(), flipped.size(SEGMENT), "flip at " + offset);
    }
  }

  @Test
  void anyBitFlippedUnderAnOpenStoreIsFoundWithItsSessionAndSequence() throws IOException {
    try (var rig = open(disk)) {
      rig.keep("s", "one");
      var start = (int) disk.size(SEGMENT);
      rig.keep("s", "two");
      var end = (int) disk.size(SEGMENT);
      rig.keep("s", "three");
      for (var offset = start; offset < end; offset++) {
        disk.flip(SEGMENT, offset, offset % 8);
        var findings = rig.store.verify().findings();
        assertEquals(List.of("one"), rig.payloads(TraceQuery.all()), "flip at " + offset);
        assertEquals(1, findings.size(), "flip at " + offset);
        assertEquals(start, findings.getFirst().offset(), "flip at " + offset);
        disk.flip(SEGMENT, offset, offset % 8);
      }
      disk.flip(SEGMENT, end - 1, 0);
      var finding = rig.store.verify().findings().getFirst();
      assertEquals("s", finding.session().orElseThrow());
      assertEquals(2, finding.sequence());
      disk.flip(SEGMENT, end - 1, 0);
      assertTrue(rig.store.verify().passed());
    }
  }

  @Test
  void refusesASegmentOfANewerFormatAndChangesNothing() throws IOException {
    fiveRecords();
    var bytes = disk.bytes(SEGMENT);
    bytes[9] = 2;
    var crc = new CRC32C();
    crc.update(bytes, 0, SegmentHeader.BYTES - 4);
    java.nio.ByteBuffer.wrap(bytes).putInt(SegmentHeader.BYTES - 4, (int) crc.getValue());
    disk.put(SEGMENT, bytes);
    var refused = assertThrows(TraceFormatException.class, () -> open(disk));
    assertEquals(
        SEGMENT + ": format version 2 (expected: <= 1; a newer Weft wrote it)",
        refused.getMessage());
    assertTrue(disk.size(Names.CLEAN) > 0);
  }

  @Test
  void aFullDiskDropsAndLeavesOneLossOnceThereIsRoom() throws IOException {
    try (var rig = open(disk)) {
      rig.keep("s", "before");
      disk.limit(0);
      for (var i = 0; i < 10; i++) {
        assertEquals(new Outcome.Dropped(LossReason.DISK_FULL), rig.keep("s", "lost"));
      }
      disk.limit(Long.MAX_VALUE);
      rig.pass();
      assertEquals(2, ((Outcome.Kept) rig.keep("s", "after")).sequence());
      assertEquals(List.of("before", "after"), rig.payloads(TraceQuery.all()));
      assertEquals(1, rig.gaps().size());
      assertEquals(10, rig.gaps().getFirst().loss().count());
      assertTrue(rig.store.verify().passed());
    }
    try (var rig = open(disk)) {
      assertEquals(List.of("before", "after"), rig.payloads(TraceQuery.all()));
      assertEquals(1, rig.gaps().size());
    }
  }

  @Test
  void whatWasDroppedBeforeTheEndIsToldThoughTheDiskIsFull() throws IOException {
    try (var rig = open(disk)) {
      rig.keep("s", "before");
      disk.limit(disk.list().stream().mapToLong(disk::size).sum());
      for (var i = 0; i < 10; i++) {
        assertEquals(new Outcome.Dropped(LossReason.DISK_FULL), rig.keep("s", "lost"));
      }
    }
    disk.limit(Long.MAX_VALUE);
    try (var rig = open(disk)) {
      assertEquals(List.of("before"), rig.payloads(TraceQuery.all()));
      assertEquals(1, rig.gaps().size(), rig.gaps().toString());
      assertEquals(10, rig.gaps().getFirst().loss().count());
    }
  }

  @Test
  void aGroupThatWasNotForcedIsNotKeptThoughItsBytesAreThere() throws IOException {
    try (var rig = open(disk)) {
      rig.keep("s", "before");
      disk.onForce(
          name -> {
            throw new DiskException(DiskException.Kind.FAILED, name + ": fault of the test");
          });
      assertEquals(new Outcome.Dropped(LossReason.DISK_FAILED), rig.keep("s", "lost"));
      disk.onForce(SimulatedDisk.Fault.NONE);
      rig.pass();
      rig.keep("s", "after");
    }
    try (var rig = open(disk)) {
      assertEquals(List.of("before", "after"), rig.payloads(TraceQuery.all()));
      assertEquals(1, rig.gaps().size());
      assertTrue(rig.store.verify().passed());
    }
  }

  @Test
  void aDeletionFindsRoomForItsLossOnAFullDisk() throws IOException {
    try (var rig = open(disk)) {
      rig.keep("s", "old");
      rig.now = StoreRig.START.plus(Duration.ofDays(8));
      disk.limit(disk.list().stream().mapToLong(disk::size).sum());
      rig.pass();
      assertEquals(List.of(), rig.payloads(TraceQuery.all()));
      assertEquals(1, rig.gaps().size());
    }
  }

  @Test
  void aDeletionCutShortIsFinishedAndLeavesOneLoss() throws IOException {
    fiveRecords();
    var before = disk.bytes(SEGMENT);
    try (var rig = open(disk)) {
      rig.now = StoreRig.START.plus(Duration.ofDays(8));
      rig.pass();
      assertEquals(1, rig.gaps().size());
    }
    disk.put(SEGMENT, before);
    try (var rig = open(disk)) {
      assertEquals(List.of(), rig.payloads(TraceQuery.all()));
      assertEquals(1, rig.gaps().size());
      assertFalse(disk.list().contains(SEGMENT));
    }
  }

  @Test
  void aBlobThatWasChangedIsFoundAndNotRead() throws IOException {
    try (var rig = open(disk)) {
      rig.store.append(
          new dev.weft.persistence.trace.TraceEntry(
              StoreRig.key("s", "frames"), new byte[] {1}, List.of(new byte[100])));
      rig.pass();
      var blob = disk.list().stream().filter(name -> name.endsWith(".blob")).findFirst();
      disk.flip(blob.orElseThrow(), 50, 3);
      var record = rig.records(TraceQuery.all()).getFirst();
      assertThrows(IOException.class, () -> rig.store.attachment(record, 0));
      assertEquals(blob.orElseThrow(), rig.store.verify().findings().getFirst().file());
    }
  }

  @Test
  void aKilledProcessLosesNothingThatWasAnswered() throws IOException {
    var rig = open(disk);
    rig.keep("s", "one");
    rig.keep("s", "two");
    CompletableFuture<Outcome> waiting = rig.append("s", "not answered");
    disk.kill();
    assertFalse(waiting.isDone());
    try (var again = open(disk)) {
      assertEquals(List.of("one", "two"), again.payloads(TraceQuery.all()));
      again.pass();
      assertEquals(LossReason.STOPPED_HARD, again.gaps().getFirst().loss().reason());
    }
  }
}
