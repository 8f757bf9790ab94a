package dev.weft.persistence.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.segment.MirrorGroup.BlobPart;
import dev.weft.persistence.segment.MirrorGroup.SegmentPart;
import dev.weft.persistence.testkit.ManualPacer;
import dev.weft.persistence.testkit.SimulatedDisk;
import dev.weft.persistence.trace.Retention;
import dev.weft.persistence.trace.TraceEntry;
import dev.weft.persistence.trace.TraceItem;
import dev.weft.persistence.trace.TraceKey;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceReader;
import dev.weft.persistence.trace.TraceSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SegmentMirrorTest {

  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final int BYTES_MAX = 1_000;

  private final SimulatedDisk disk = new SimulatedDisk(1);
  private final SimulatedDisk other = new SimulatedDisk(2);
  private final ManualPacer pacer = new ManualPacer();
  private SegmentStore store;
  private SegmentMirror mirror;

  @BeforeEach
  void open() throws IOException {
    store = store(disk, pacer);
    mirror = SegmentMirror.open(other);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
    mirror.close();
  }

  private static SegmentStore store(SimulatedDisk on, ManualPacer pacer) throws IOException {
    var classes =
        List.of(
            Retention.of("a", 16 << 10, Duration.ofDays(1)),
            Retention.of("b", 16 << 10, Duration.ofDays(1)));
    return SegmentStore.open(on, TraceSettings.of(classes), () -> NOW, new SecureRandom(), pacer);
  }

  private void append(String retentionClass, int count, byte[]... attachments) {
    for (var left = count; left > 0; left--) {
      var key = new TraceKey("s" + left % 3, "p", "", retentionClass, NOW);
      store.append(
          new TraceEntry(key, ("x" + left).getBytes(StandardCharsets.UTF_8), List.of(attachments)));
    }
    pacer.pass(Duration.ofSeconds(1));
  }

  private void catchUp() throws IOException {
    for (var group = next(); !group.isEmpty(); group = next()) {
      assertTrue(mirror.apply(group));
    }
  }

  private MirrorGroup next() throws IOException {
    return store.feed().next(mirror.position(), BYTES_MAX);
  }

  private static List<String> items(TraceReader reader) throws IOException {
    var all = new ArrayList<String>();
    try (var cursor = reader.read(TraceQuery.all())) {
      for (var item = cursor.next(); item.isPresent(); item = cursor.next()) {
        all.add(
            switch (item.get()) {
              case TraceItem.TraceRecord one ->
                  "%d %s".formatted(one.number(), java.util.HexFormat.of().formatHex(one.hash()));
              case TraceItem other -> other.toString();
            });
      }
    }
    return all;
  }

  @Test
  void hasTheSameNumbersAndHashesAndVerifies() throws IOException {
    append("a", 20);
    append("b", 20, new byte[] {1, 2, 3});
    append("a", 3);
    catchUp();
    append("b", 40, new byte[300], new byte[] {9});
    catchUp();
    assertEquals(items(store), items(mirror));
    assertEquals(items(store), items(SegmentSnapshot.of(other)));
    assertEquals(List.of(), mirror.verify().findings());
    assertEquals(store.feed().through(), mirror.position().through());
  }

  @Test
  void goesOnWhereItWasAfterItsProcessEnded() throws IOException {
    append("a", 20);
    catchUp();
    other.kill();
    mirror = SegmentMirror.open(other);
    assertEquals(items(store), items(mirror));
    append("a", 20);
    catchUp();
    assertEquals(items(store), items(mirror));
  }

  @Test
  void whatComesTwiceOrLateChangesNothing() throws IOException {
    append("a", 20);
    var first = next();
    assertTrue(mirror.apply(first));
    assertFalse(mirror.apply(first));
    catchUp();
    assertFalse(mirror.apply(first));
    assertEquals(items(store), items(mirror));
  }

  @Test
  void showsNothingBeforeAllThatWasNumberedBeforeIsThere() throws IOException {
    append("a", 1);
    append("b", 60);
    append("a", 60);
    var seen = 0;
    for (var group = next(); !group.isEmpty(); group = next()) {
      assertTrue(mirror.apply(group));
      var there = items(mirror);
      assertEquals(items(store).subList(0, there.size()), there);
      seen += there.size() <= 1 ? 1 : 0;
    }
    assertTrue(seen > 1, "groups before the first of class b: " + seen);
  }

  @Test
  void whatTheStoreDeletesIsDeletedHere() throws IOException {
    for (var round = 0; round < 10; round++) {
      append("a", 30, new byte[] {(byte) round}, new byte[200]);
      catchUp();
    }
    assertTrue(store.status().deleted() > 0);
    assertEquals(segments(disk), segments(other));
    assertEquals(items(store), items(mirror));
  }

  private static List<String> segments(SimulatedDisk on) throws DiskException {
    return on.list().stream()
        .filter(name -> name.endsWith(".segment") || name.endsWith(".blob"))
        .toList();
  }

  @Test
  void catchesUpAfterAllThatItHadWasDeletedByTheStore() throws IOException {
    append("a", 10);
    catchUp();
    for (var round = 0; round < 10; round++) {
      append("a", 40);
    }
    append("b", 5);
    catchUp();
    assertEquals(items(store), items(mirror));
    assertEquals(segments(disk), segments(other));
  }

  /** One record of each of so many sessions that several groups are needed for all. */
  private void appendOfMany(int rounds) {
    for (var round = 0; round < rounds; round++) {
      for (var session = 0; session < 40; session++) {
        var key = new TraceKey("many" + session, "p", "", "a", NOW);
        store.append(new TraceEntry(key, new byte[40], List.of()));
      }
      pacer.pass(Duration.ofSeconds(1));
    }
  }

  @Test
  void goesOnBehindAGapWhoseSessionsDoNotFitOneGroup() throws IOException {
    appendOfMany(20);
    catchUp();
    // With the loss stream, too.
    assertTrue(store.status().deleted() > 0);
    appendOfMany(20);
    catchUp();
    assertEquals(items(store), items(mirror));
    appendOfMany(20);
    catchUp();
    assertEquals(items(store), items(mirror));
    other.kill();
    mirror = SegmentMirror.open(other);
    appendOfMany(2);
    catchUp();
    assertEquals(items(store), items(mirror));
  }

  @Test
  void goesOnBehindAGapThatAnEarlierLifeMet() throws IOException {
    appendOfMany(20);
    catchUp();
    appendOfMany(20);
    // The first group behind the gap, and none after it.
    assertTrue(mirror.apply(next()));
    other.kill();
    mirror = SegmentMirror.open(other);
    catchUp();
    assertEquals(items(store), items(mirror));
  }

  @Test
  void goesOnBehindWhatTheStoresDiskDoesNotGiveBack() throws IOException {
    appendOfMany(3);
    var damaged = segments(disk).getFirst();
    disk.flip(damaged, disk.bytes(damaged).length / 2, 3);
    catchUp();
    appendOfMany(1);
    catchUp();
    assertEquals(store.feed().through(), mirror.position().through());
    other.kill();
    mirror = SegmentMirror.open(other);
    appendOfMany(1);
    catchUp();
    assertEquals(store.feed().through(), mirror.position().through());
    assertEquals(items(store).getLast(), items(mirror).getLast());
  }

  @Test
  void bytesOfAnotherStoreAreNotTaken() throws IOException {
    append("a", 5);
    catchUp();
    append("a", 5);
    var right = next();
    var part = (SegmentPart) right.parts().getFirst();
    var bytes = part.bytes().clone();
    bytes[bytes.length - 1] ^= 1;
    var flipped =
        new MirrorGroup(
            right.from(),
            right.through(),
            List.of(new SegmentPart("a", part.id(), part.offset(), false, bytes)),
            right.oldest());
    assertThrows(MirrorException.class, () -> mirror.apply(flipped));

    var strange = new SimulatedDisk(3);
    var strangePacer = new ManualPacer();
    try (var another = store(strange, strangePacer)) {
      for (var left = 10; left > 0; left--) {
        another.append(
            new TraceKey("s" + left % 3, "p", "", "a", NOW.plusSeconds(1)),
            "y1".getBytes(StandardCharsets.UTF_8));
      }
      strangePacer.pass(Duration.ofSeconds(1));
      var group = another.feed().next(mirror.position(), BYTES_MAX);
      assertThrows(MirrorException.class, () -> mirror.apply(group));
    }
    assertTrue(mirror.apply(right));
    assertEquals(items(store), items(mirror));
  }

  @Test
  void aMirrorThatIsAheadIsRefused() throws IOException {
    append("a", 20);
    catchUp();
    store.close();
    var empty = new ManualPacer();
    var fresh = new SimulatedDisk(4);
    store = store(fresh, empty);
    store.append(new TraceKey("s", "p", "", "a", NOW), "z".getBytes(StandardCharsets.UTF_8));
    empty.pass(Duration.ofSeconds(1));
    assertThrows(MirrorException.class, this::next);
  }

  @Test
  void whatTheDiskDoesNotTakeIsAsIfItHadNotCome() throws IOException {
    append("a", 5);
    catchUp();
    var before = mirror.position();
    for (var failing = 0; failing < 4; failing++) {
      append("a", 5, new byte[] {(byte) failing});
      var left = new int[] {failing};
      other.onForce(
          name -> {
            if (left[0]-- == 0) {
              throw new DiskException(DiskException.Kind.FULL, name + ": full");
            }
          });
      try {
        mirror.apply(next());
      } catch (DiskException e) {
        assertEquals(before, mirror.position());
      }
      other.onForce(SimulatedDisk.Fault.NONE);
      catchUp();
      assertEquals(items(store), items(mirror));
      before = mirror.position();
    }
  }

  @Test
  void isOnTheDiskWhenItSaysSo() throws IOException {
    append("a", 5);
    append("b", 5, new byte[] {7});
    catchUp();
    var there = items(mirror);
    other.crash();
    mirror = SegmentMirror.open(other);
    assertEquals(there, items(mirror));
    try (var cursor = mirror.read(TraceQuery.all().ofClass("b"))) {
      var record = (TraceItem.TraceRecord) cursor.next().orElseThrow();
      assertArrayEquals(new byte[] {7}, mirror.attachment(record, 0).orElseThrow());
    }
  }

  @Test
  void aPositionBeyondTheStoresNumbersIsRefused() throws IOException {
    append("a", 5);
    catchUp();
    var now = mirror.position();
    var beyond = new MirrorPosition(now.through() + 1, now.ends());
    assertThrows(MirrorException.class, () -> store.feed().next(beyond, BYTES_MAX));
  }

  @Test
  void numbersThatAreGivenAgainAfterAHardStopAreNotTold() throws IOException {
    disk.onForce(
        name -> {
          throw new DiskException(DiskException.Kind.FAILED, name + ": failed");
        });
    append("a", 5);
    disk.onForce(SimulatedDisk.Fault.NONE);
    assertEquals(0, store.feed().through());
  }

  @Test
  void eachGroupSaysThroughWhichNumberNothingIsMissing() throws IOException {
    append("b", 30);
    append("a", 30);
    append("b", 30);
    var before = 0;
    var groups = 0;
    for (var group = next(); !group.isEmpty(); group = next()) {
      assertTrue(mirror.apply(group));
      var there = items(mirror);
      assertEquals(items(store).subList(0, there.size()), there);
      groups += there.size() > before ? 1 : 0;
      before = there.size();
    }
    assertEquals(items(store), items(mirror));
    assertTrue(groups > 3, "groups that brought some into sight: " + groups);
  }

  @Test
  void anAttachmentIsHeldAgainstItsName() throws IOException {
    append("a", 1, new byte[] {1, 2, 3});
    var right = next();
    var blob = (BlobPart) right.parts().getFirst();
    var flipped = new BlobPart("a", blob.hex(), new byte[] {1, 2, 4});
    var wrong = new MirrorGroup(right.from(), right.through(), List.of(flipped), right.oldest());
    assertThrows(MirrorException.class, () -> mirror.apply(wrong));
    assertTrue(mirror.apply(right));
  }

  @Test
  void anAttachmentThatTheStoresDiskDoesNotGiveBackIsLeftOut() throws IOException {
    append("a", 1, new byte[] {1, 2, 3});
    var blob = segments(disk).stream().filter(name -> name.endsWith(".blob")).findFirst();
    disk.flip(blob.orElseThrow(), 1, 1);
    catchUp();
    assertEquals(items(store), items(mirror));
    assertFalse(segments(other).contains(blob.orElseThrow()));
  }

  @Test
  void noStoreIsOpenedOnAMirror() throws IOException {
    append("a", 5);
    catchUp();
    mirror.close();
    assertTrue(SegmentStore.isMirror(other));
    var refused = assertThrows(MirrorException.class, () -> store(other, new ManualPacer()));
    assertTrue(String.valueOf(refused.getMessage()).contains("of a standby"));
    mirror = SegmentMirror.open(other);
  }

  @Test
  void doesNotTakeTheFolderOfAStore() {
    assertThrows(DiskException.class, () -> SegmentMirror.open(disk));
  }
}
