package dev.weft.persistence.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.trace.Retention;
import dev.weft.persistence.trace.TraceItem;
import dev.weft.persistence.trace.TraceKey;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceReader;
import dev.weft.persistence.trace.TraceSettings;
import dev.weft.persistence.trace.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder as it is read without being opened, and what is missing in it. */
class SegmentSnapshotTest {

  private static final Retention SMALL =
      new Retention("frames", 1 << 20, Duration.ofDays(1), 1_024, Retention.WhenHeld.DROP_NEW);

  @TempDir private Path folder;

  private SegmentStore open(Retention retention) throws IOException {
    return SegmentStore.open(FolderDisk.at(folder), TraceSettings.of(List.of(retention)));
  }

  /** Appends records of sessions of their own, so that no session reaches over two segments. */
  private static void append(SegmentStore store, int from, int to) {
    for (var i = from; i < to; i++) {
      var key = new TraceKey("s" + i, "kiosk", "", "frames", Instant.now());
      store.append(key, new byte[300]).toCompletableFuture().join();
    }
  }

  private void fill(int records) throws IOException {
    try (var store = open(SMALL)) {
      append(store, 0, records);
    }
  }

  private List<Path> segments() throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".segment")).sorted().toList();
    }
  }

  private static List<String> sessions(TraceReader reader) throws IOException {
    var sessions = new ArrayList<String>();
    try (var cursor = reader.read(TraceQuery.all())) {
      for (var next = cursor.next(); next.isPresent(); next = cursor.next()) {
        sessions.add(
            switch (next.get()) {
              case TraceItem.TraceRecord record -> record.key().session();
              case TraceItem.Damage damage -> "damage in " + damage.segment();
              case TraceItem.Gap gap -> gap.loss().reason().name();
              case TraceItem.Erased _, TraceItem.Locked _ -> "closed";
            });
      }
    }
    return sessions;
  }

  private Map<String, Long> files() throws IOException {
    var found = new HashMap<String, Long>();
    try (var files = Files.list(folder)) {
      for (var file : files.toList()) {
        found.put(file.getFileName() + "", Files.getLastModifiedTime(file).toMillis());
      }
    }
    return found;
  }

  private SegmentSnapshot snapshot() throws IOException {
    return SegmentSnapshot.of(FolderDisk.toRead(folder));
  }

  @Test
  void readingLeavesTheFolderAsItIs() throws IOException {
    fill(20);
    var before = files();
    try (var read = snapshot()) {
      assertEquals(20, sessions(read).size());
      assertEquals(List.of(), read.verify().findings());
    }
    assertEquals(before, files());
    try (var read = snapshot()) {
      assertFalse(sessions(read).contains("STOPPED_HARD"), "nobody stopped");
    }
  }

  @Test
  void readsWhatIsWholeWhileAStoreHasTheFolder() throws IOException {
    try (var store = open(SMALL)) {
      append(store, 0, 10);
      try (var read = snapshot()) {
        assertEquals(10, sessions(read).size());
        append(store, 10, 20);
        assertEquals(10, sessions(read).size(), "as it was");
        assertEquals(List.of(), read.verify().findings());
      }
      try (var read = snapshot()) {
        assertEquals(20, sessions(read).size());
      }
    }
  }

  @Test
  void aFolderThatIsReadCannotBeChangedAndOneThatIsNotThereIsNotMade() throws IOException {
    fill(3);
    var disk = FolderDisk.toRead(folder);
    assertThrows(DiskException.class, () -> disk.create("x"));
    assertThrows(DiskException.class, () -> disk.delete("clean"));
    assertThrows(DiskException.class, () -> disk.rename("clean", "x"));
    assertThrows(DiskException.class, () -> disk.lock("lock"));
    var absent = folder.resolve("absent");
    assertThrows(DiskException.class, () -> FolderDisk.toRead(absent));
    assertFalse(Files.exists(absent));
  }

  @Test
  void theOldestAMiddleAndTheNewestSegmentAreMissedAndOthersCanBeRead() throws IOException {
    fill(20);
    var all = segments();
    assertTrue(all.size() >= 4, "segments: " + all);
    for (var missing : List.of(all.getFirst(), all.get(2), all.getLast())) {
      var bytes = Files.readAllBytes(missing);
      Files.delete(missing);
      try (var read = snapshot()) {
        assertNamed(missing, read.verify());
        assertTrue(
            sessions(read).contains("damage in " + missing.getFileName()), "told to who reads");
      }
      Files.write(missing, bytes);
    }
    try (var read = snapshot()) {
      assertEquals(List.of(), read.verify().findings());
    }
  }

  @Test
  void theOnlySegmentsOfAClassAreMissed() throws IOException {
    fill(20);
    for (var segment : segments()) {
      Files.delete(segment);
    }
    try (var read = snapshot()) {
      assertEquals(1, read.verify().findings().size(), read.verify().findings() + "");
    }
  }

  @Test
  void aNewestSegmentThatIsMissingStaysMissedWhenAStoreGoesOn() throws IOException {
    fill(20);
    var newest = segments().getLast();
    Files.delete(newest);
    // Opened and closed without a record, then with some.
    open(SMALL).close();
    try (var read = snapshot()) {
      assertNamed(newest, read.verify());
    }
    try (var store = open(SMALL)) {
      append(store, 20, 30);
      assertNamed(newest, store.verify());
    }
    try (var read = snapshot()) {
      assertNamed(newest, read.verify());
    }
    assertFalse(segments().contains(newest), "its number is given to no other");
  }

  private static void assertNamed(Path missing, Verification found) {
    assertEquals(1, found.findings().size(), found.findings() + "");
    var finding = found.findings().getFirst();
    assertEquals(missing.getFileName() + "", finding.file());
    assertTrue(finding.problem().startsWith("not there (expected: "), finding.problem());
  }

  @Test
  void whatRetentionDeletedIsNotMissed() throws IOException {
    var tiny =
        new Retention("frames", 4_096, Duration.ofDays(1), 1_024, Retention.WhenHeld.DROP_NEW);
    try (var store = open(tiny)) {
      append(store, 0, 60);
      assertEquals(List.of(), store.verify().findings());
    }
    try (var read = snapshot()) {
      assertTrue(sessions(read).contains("RETENTION_BYTES"));
      assertEquals(List.of(), read.verify().findings());
    }
    var oldest = segments().getFirst();
    Files.delete(oldest);
    try (var read = snapshot()) {
      assertNamed(oldest, read.verify());
    }
  }

  @Test
  void aHardStopIsNoDamageAndIsNotNotedByWhoReads() throws IOException {
    fill(20);
    Files.delete(folder.resolve("clean"));
    var newest = segments().getLast();
    var bytes = Files.readAllBytes(newest);
    Files.write(newest, java.util.Arrays.copyOf(bytes, bytes.length - 7));
    for (var times = 0; times < 2; times++) {
      try (var read = snapshot()) {
        assertEquals(19, sessions(read).size());
        assertEquals(List.of(), read.verify().findings());
      }
    }
    try (var store = open(SMALL)) {
      append(store, 20, 21);
    }
    try (var read = snapshot()) {
      assertTrue(sessions(read).contains("STOPPED_HARD"), "noted by who writes");
    }
  }
}
