package dev.weft.persistence.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.trace.LossReason;
import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.Retention;
import dev.weft.persistence.trace.Retention.WhenHeld;
import dev.weft.persistence.trace.TraceEntry;
import dev.weft.persistence.trace.TraceItem;
import dev.weft.persistence.trace.TraceItem.TraceRecord;
import dev.weft.persistence.trace.TraceKey;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every trace store promises, on every disk. */
abstract class TraceStoreContract {

  private static final Retention FRAMES =
      new Retention("frames", 16_384, Duration.ofDays(7), 2_048, WhenHeld.DROP_NEW);
  private static final Retention AUDIT =
      new Retention("audit", 1 << 20, Duration.ofDays(400), 1 << 16, WhenHeld.DROP_NEW);

  private Disk disk;

  abstract Disk disk() throws IOException;

  @BeforeEach
  void makeDisk() throws IOException {
    disk = disk();
  }

  static TraceSettings settings() {
    return TraceSettings.of(List.of(FRAMES, AUDIT));
  }

  static TraceSettings encrypting() {
    return settings().withMasterKey(new SecretKeySpec(new byte[32], "AES"));
  }

  private StoreRig open() throws IOException {
    return new StoreRig(disk, settings());
  }

  @Test
  void answersOnceTheWindowHasPassedAndNotBefore() throws IOException {
    try (var rig = open()) {
      var reply = rig.append("s", "one");
      rig.pacer.pass(Duration.ofMillis(19));
      assertFalse(reply.isDone());
      assertEquals(List.of(), rig.payloads(TraceQuery.all()));
      rig.pacer.pass(Duration.ofMillis(2));
      assertEquals(new Outcome.Kept(1, 1), reply.join());
      assertEquals(List.of("one"), rig.payloads(TraceQuery.all()));
    }
  }

  @Test
  void numbersSessionsApartAndChainsTheirRecords() throws IOException {
    try (var rig = open()) {
      rig.append("a", "a1");
      rig.append("b", "b1");
      rig.append("a", "a2");
      rig.pass();
      var records = rig.records(TraceQuery.all().ofSession("a"));
      assertEquals(List.of(1L, 2L), records.stream().map(TraceRecord::sequence).toList());
      assertArrayEquals(new byte[32], records.getFirst().previousHash());
      assertArrayEquals(records.getFirst().hash(), records.getLast().previousHash());
      assertTrue(rig.store.verify().passed());
    }
  }

  @Test
  void readsBySessionPipelineVariantClassTimeAndNumber() throws IOException {
    try (var rig = open()) {
      var later = StoreRig.START.plusSeconds(60);
      rig.append(new TraceKey("a", "p", "v", "frames", StoreRig.START), "1");
      rig.append(new TraceKey("b", "p", "w", "audit", later), "2");
      rig.append(new TraceKey("a", "q", "w", "frames", later), "3");
      rig.pass();
      var all = TraceQuery.all();
      assertEquals(List.of("1", "2", "3"), rig.payloads(all));
      assertEquals(List.of("1", "3"), rig.payloads(all.ofSession("a")));
      assertEquals(List.of("1", "2"), rig.payloads(all.ofPipeline("p")));
      assertEquals(List.of("2", "3"), rig.payloads(all.ofVariant("w")));
      assertEquals(List.of("2"), rig.payloads(all.ofClass("audit")));
      assertEquals(List.of("1"), rig.payloads(all.between(StoreRig.START, later)));
      assertEquals(List.of("3"), rig.payloads(all.fromNumber(3)));
    }
  }

  @Test
  void findsEverythingAgainAndGoesOnWhereItStopped() throws IOException {
    try (var rig = open()) {
      rig.append("s", "one");
      rig.append("s", "two");
    }
    try (var rig = open()) {
      assertEquals(new Outcome.Kept(3, 3), rig.keep("s", "three"));
      assertEquals(List.of("one", "two", "three"), rig.payloads(TraceQuery.all()));
      assertEquals(List.of(), rig.gaps());
      assertTrue(rig.store.verify().passed());
    }
  }

  @Test
  void closingAnswersWhatWaits() throws IOException {
    CompletableFuture<Outcome> reply;
    try (var rig = open()) {
      reply = rig.append("s", "one");
    }
    assertInstanceOf(Outcome.Kept.class, reply.join());
  }

  @Test
  void letsInNoSecondStore() throws IOException {
    try (var rig = open()) {
      var refused = assertThrows(DiskException.class, this::open);
      assertEquals(DiskException.Kind.LOCKED, refused.kind());
      rig.keep("s", "one");
    }
    open().close();
  }

  @Test
  void deletesWholeSegmentsOverItsBytesAndAccountsForEachRecord() throws IOException {
    try (var rig = open()) {
      for (var i = 0; i < 500; i++) {
        rig.keep("s" + i % 3, "x".repeat(100));
        assertTrue(rig.store.status().bytes().getOrDefault("frames", 0L) <= 16_384 + 2_048);
      }
      accounts(rig, 500, LossReason.RETENTION_BYTES);
      assertTrue(rig.store.verify().passed(), () -> "findings");
    }
    try (var rig = open()) {
      accounts(rig, 500, LossReason.RETENTION_BYTES);
    }
  }

  /** Those read, those counted by losses, and those that deleted losses had counted. */
  private static void accounts(StoreRig rig, long written, LossReason reason) throws IOException {
    var read = rig.records(TraceQuery.all()).size();
    var gaps = rig.gaps();
    var lost = gaps.stream().mapToLong(gap -> gap.loss().count() + gap.loss().carried()).sum();
    assertEquals(written, read + lost);
    assertTrue(gaps.stream().allMatch(gap -> gap.loss().reason() == reason), gaps::toString);
    var ends = gaps.stream().map(gap -> gap.loss().lastNumber()).distinct().count();
    assertEquals(gaps.size(), ends, "one loss per segment");
  }

  @Test
  void deletesWhatIsTooOldOnce() throws IOException {
    try (var rig = open()) {
      rig.keep("s", "old");
      rig.now = StoreRig.START.plus(Duration.ofDays(8));
      rig.pass();
      rig.pass();
      assertEquals(List.of(), rig.payloads(TraceQuery.all()));
      var loss = rig.gaps().getFirst().loss();
      assertEquals(1, rig.gaps().size());
      assertEquals(LossReason.RETENTION_AGE, loss.reason());
      assertEquals(
          List.of(1L, 1L, 1L), List.of(loss.count(), loss.firstNumber(), loss.lastNumber()));
      assertEquals(1L, loss.sessions().get("s"));
    }
  }

  @Test
  void keepsWhatIsHeldAndDropsNewRecordsInstead() throws IOException {
    var held = new long[] {1};
    try (var rig = new StoreRig(disk, settings().withHolds(_ -> held[0]))) {
      var dropped = 0;
      for (var i = 0; i < 200; i++) {
        dropped += rig.keep("s", "x".repeat(100)) instanceof Outcome.Dropped ? 1 : 0;
      }
      assertTrue(dropped > 0);
      assertEquals(1, rig.records(TraceQuery.all()).getFirst().sequence());
      held[0] = Long.MAX_VALUE;
      rig.pass();
      assertInstanceOf(Outcome.Kept.class, rig.keep("s", "room again"));
      var full = rig.gaps().stream().filter(g -> g.loss().reason() == LossReason.CLASS_FULL);
      assertEquals(dropped, full.mapToLong(gap -> gap.loss().count()).sum());
    }
  }

  @Test
  void whatAFullClassDroppedBeforeTheEndIsTold() throws IOException {
    var holding = settings().withHolds(_ -> 1);
    var dropped = 0L;
    try (var rig = new StoreRig(disk, holding)) {
      for (var i = 0; i < 200; i++) {
        dropped += rig.keep("s", "x".repeat(100)) instanceof Outcome.Dropped ? 1 : 0;
      }
      assertTrue(dropped > 0);
    }
    try (var rig = new StoreRig(disk, holding)) {
      assertEquals(dropped, rig.gaps().stream().mapToLong(gap -> gap.loss().count()).sum());
      assertEquals(1, rig.gaps().size());
    }
  }

  @Test
  void deletesWhatIsHeldIfItsClassSaysSo() throws IOException {
    var rule = List.of(FRAMES.whenHeld(WhenHeld.DELETE_OLDEST));
    try (var rig = new StoreRig(disk, TraceSettings.of(rule).withHolds(_ -> 1))) {
      for (var i = 0; i < 300; i++) {
        assertInstanceOf(Outcome.Kept.class, rig.keep("s", "x".repeat(100)));
      }
      accounts(rig, 300, LossReason.RETENTION_BYTES);
    }
  }

  @Test
  void dropsWhenTheQueueIsFullAndLeavesOneLossPerGapInItsPlace() throws IOException {
    try (var rig = new StoreRig(disk, settings().withQueue(1 << 20, 3))) {
      var replies = new ArrayList<CompletableFuture<Outcome>>();
      for (var i = 0; i < 5; i++) {
        replies.add(rig.append("s", "a" + i));
      }
      assertEquals(new Outcome.Dropped(LossReason.QUEUE_FULL), replies.get(4).join());
      rig.pass();
      rig.keep("s", "b");
      var seen = rig.read(TraceQuery.all()).stream().map(TraceStoreContract::brief).toList();
      assertEquals(List.of("a0", "a1", "a2", "QUEUE_FULL 2", "b"), seen);
      assertEquals(2L, rig.store.status().dropped().get(LossReason.QUEUE_FULL));
    }
  }

  private static String brief(TraceItem item) {
    return switch (item) {
      case TraceRecord record -> StoreRig.text(record);
      case TraceItem.Gap gap -> gap.loss().reason() + " " + gap.loss().count();
      case TraceItem.Erased erased -> "erased " + erased.sequence();
      case TraceItem.Locked locked -> "locked " + locked.sequence();
      case TraceItem.Damage damage -> "damage " + damage.offset();
    };
  }

  @Test
  void anErasedSessionCannotBeReadAndItsChainStillHolds() throws IOException {
    var big = "a large input".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    try (var rig = new StoreRig(disk, encrypting())) {
      rig.store.append(new TraceEntry(StoreRig.key("a", "frames"), new byte[] {7}, List.of(big)));
      rig.keep("b", "b1");
      var record = rig.records(TraceQuery.all().ofSession("a")).getFirst();
      assertArrayEquals(new byte[] {7}, record.payload());
      assertArrayEquals(big, rig.store.attachment(record, 0).orElseThrow());
      rig.store.erase("a");
      assertEquals(Optional.empty(), rig.store.attachment(record, 0));
      assertEquals(new Outcome.Dropped(LossReason.SESSION_ERASED), rig.keep("a", "more"));
    }
    try (var rig = new StoreRig(disk, encrypting())) {
      var seen = rig.read(TraceQuery.all()).stream().map(TraceStoreContract::brief).toList();
      assertEquals(List.of("erased 1", "b1", "SESSION_ERASED 1"), seen);
      assertTrue(rig.store.verify().passed());
    }
  }

  @Test
  void neverLetsPayloadsReachTheDiskInTheClearOnceItHasAKey() throws IOException {
    try (var rig = new StoreRig(disk, encrypting())) {
      rig.keep("s", "secret-secret");
    }
    for (var name : disk.list()) {
      var bytes = java.nio.ByteBuffer.allocate((int) disk.size(name));
      try (var file = disk.open(name)) {
        file.read(0, bytes);
      }
      var text = new String(bytes.array(), java.nio.charset.StandardCharsets.ISO_8859_1);
      assertFalse(text.contains("secret-secret"), name);
    }
    var other =
        settings()
            .withMasterKey(
                new SecretKeySpec(
                    new byte[] {
                      1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
                      23, 24, 25, 26, 27, 28, 29, 30, 31, 32
                    },
                    "AES"));
    assertThrows(IOException.class, () -> new StoreRig(disk, other));
    new StoreRig(disk, encrypting()).close();
  }

  @Test
  void attachmentsLiveAsLongAsARecordRefersToThemAndEqualOnesAreKeptOnce() throws IOException {
    try (var rig = open()) {
      var shared = new byte[1_000];
      for (var i = 0; i < 4; i++) {
        rig.store.append(
            new TraceEntry(StoreRig.key("s", "frames"), new byte[] {1}, List.of(shared)));
      }
      rig.pass();
      assertEquals(1, blobs());
      var record = rig.records(TraceQuery.all()).getFirst();
      assertArrayEquals(shared, rig.store.attachment(record, 0).orElseThrow());
      for (var i = 0; i < 300; i++) {
        rig.keep("s", "x".repeat(100));
      }
      assertEquals(0, blobs());
      assertEquals(Optional.empty(), rig.store.attachment(record, 0));
      assertTrue(rig.store.verify().passed());
    }
  }

  private long blobs() throws IOException {
    return disk.list().stream().filter(name -> name.endsWith(".blob")).count();
  }

  @Test
  void refusesWhatItCannotKeep() throws IOException {
    try (var rig = open()) {
      assertThrows(
          IllegalArgumentException.class, () -> rig.append(StoreRig.key("s", "unknown"), "x"));
      assertThrows(
          IllegalArgumentException.class, () -> rig.append("s", "x".repeat((16 << 20) + 1)));
      assertThrows(IllegalStateException.class, () -> rig.store.erase("s"));
    }
  }
}
