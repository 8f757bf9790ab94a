package dev.weft.persistence.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.disk.MemoryDisk;
import dev.weft.persistence.outbox.OutboxStatus.Doing;
import dev.weft.persistence.trace.LossReason;
import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.Retention;
import dev.weft.persistence.trace.Retention.WhenHeld;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** What an outbox sends, when, and what it does about a sink that does not take it. */
class OutboxTest {

  private static final Duration WHILE = Duration.ofSeconds(3);
  private static final Retention SMALL =
      new Retention("upload", 4_096, Duration.ofHours(1), 1_024, WhenHeld.DROP_NEW);

  private final MemoryDisk storeDisk = new MemoryDisk();
  private final MemoryDisk cursorDisk = new MemoryDisk();
  private final MemoryDisk inboxDisk = new MemoryDisk();
  private final Switched sink = new Switched();

  /** A folder that can be out of reach, and counts what it is given. */
  private final class Switched implements Sink {
    private final FolderSink folder;
    private final List<Integer> sizes = new ArrayList<>();
    private boolean isGone;
    private int asked;

    Switched() {
      try {
        folder = FolderSink.open(inboxDisk);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    @Override
    public CompletionStage<Delivery> deliver(byte[] envelope) {
      sizes.add(envelope.length);
      return isGone
          ? CompletableFuture.completedFuture(new Delivery.Unanswered("no route"))
          : folder.deliver(envelope);
    }

    @Override
    public CompletionStage<Delivery> reached(String source) {
      asked++;
      return isGone
          ? CompletableFuture.completedFuture(new Delivery.Unanswered("no route"))
          : folder.reached(source);
    }

    @Override
    public void close() {}
  }

  private OutboxRig rig(OutboxSettings settings, Retention upload) throws IOException {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    return new OutboxRig(storeDisk, cursorDisk, sink, settings, upload, OutboxRig.START, random);
  }

  @Test
  void sendsWhatIsTaggedAndNothingElse() throws IOException {
    var tags = new UploadTags(java.util.Set.of("upload"), java.util.Set.of("kiosk"));
    var settings = OutboxSettings.of(OutboxRig.SINK, tags);
    try (var rig = rig(settings, OutboxRig.roomy())) {
      rig.append("a");
      rig.append("local", "kiosk", "stays");
      rig.append("upload", "other", "stays, too");
      rig.append("b");
      rig.pass(WHILE);
      assertEquals(List.of("a", "b"), OutboxRig.received(inboxDisk));
    }
  }

  @Test
  void aBatchWaitsForOthersAndHasItsBounds() throws IOException {
    try (var rig = rig(OutboxRig.SETTINGS, OutboxRig.roomy())) {
      rig.append("a");
      rig.pass(Duration.ofMillis(300));
      assertEquals(0, sink.sizes.size(), "batches before the delay");
      for (var i = 0; i < 11; i++) {
        rig.append("r" + i);
      }
      rig.pass(WHILE);
      assertEquals(3, sink.sizes.size(), "batches of 12 records, 5 at most");
    }
  }

  @Test
  void aNewProcessGoesOnWhereTheOldOneWasAcknowledged() throws IOException {
    try (var rig = rig(OutboxRig.SETTINGS, OutboxRig.roomy())) {
      rig.append("a");
      rig.pass(WHILE);
    }
    try (var rig = rig(OutboxRig.SETTINGS, OutboxRig.roomy())) {
      rig.append("b");
      rig.pass(WHILE);
    }
    assertEquals(List.of("a", "b"), OutboxRig.received(inboxDisk));
    assertEquals(2, sink.sizes.size(), "batches");
  }

  @Test
  void aLostCursorSendsAgainAndNothingIsThereTwice() throws IOException {
    try (var rig = rig(OutboxRig.SETTINGS, OutboxRig.roomy())) {
      rig.append("a");
      rig.pass(WHILE);
    }
    cursorDisk.delete("cloud.cursor");
    try (var rig = rig(OutboxRig.SETTINGS, OutboxRig.roomy())) {
      rig.append("b");
      rig.pass(WHILE);
    }
    assertEquals(List.of("a", "b"), OutboxRig.received(inboxDisk));
  }

  @Test
  void aSinkThatLostEverythingGetsAllThatIsStillThere() throws IOException {
    try (var rig = rig(OutboxRig.SETTINGS, OutboxRig.roomy())) {
      rig.append("a");
      rig.pass(WHILE);
    }
    sink.folder.close();
    inboxDisk.list().forEach(inboxDisk::delete);
    var fresh = FolderSink.open(inboxDisk);
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    try (var rig =
        new OutboxRig(
            storeDisk,
            cursorDisk,
            fresh,
            OutboxRig.SETTINGS,
            OutboxRig.roomy(),
            OutboxRig.START,
            random)) {
      rig.append("b");
      rig.pass(Duration.ofSeconds(20));
    }
    assertEquals(List.of("a", "b"), OutboxRig.received(inboxDisk));
  }

  @Test
  void aSinkThatHasLessThanItAcknowledgedGetsItAgainAlsoWhenNothingNewWaits() throws IOException {
    try (var rig = rig(OutboxRig.SETTINGS, OutboxRig.roomy())) {
      rig.append("a");
      rig.append("b");
      rig.pass(WHILE);
    }
    var other = new MemoryDisk();
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    try (var rig =
        new OutboxRig(
            storeDisk,
            cursorDisk,
            FolderSink.open(other),
            OutboxRig.SETTINGS,
            OutboxRig.roomy(),
            OutboxRig.START,
            random)) {
      var drained = rig.outbox.drained().toCompletableFuture();
      rig.pass(WHILE);
      assertTrue(drained.isDone(), "drained");
      assertEquals(List.of("a", "b"), OutboxRig.received(other));
      var told = rig.outbox.status().lastFailure().orElseThrow().why();
      assertTrue(told.startsWith("the sink has records through 0 only (expected: 2"), told);
      assertEquals(Optional.empty(), rig.error(), "no attempt failed");
    }
    // The first one has what it had: nothing goes there again.
    try (var rig = rig(OutboxRig.SETTINGS, OutboxRig.roomy())) {
      rig.pass(WHILE);
      assertEquals(Optional.empty(), rig.outbox.status().lastFailure());
    }
  }

  @Test
  void nothingIsClaimedOfASinkThatWasNotHeard() throws IOException {
    try (var rig = rig(OutboxRig.SETTINGS, OutboxRig.roomy())) {
      rig.append("a");
      rig.pass(WHILE);
    }
    sink.isGone = true;
    try (var rig = rig(OutboxRig.SETTINGS, OutboxRig.roomy())) {
      var drained = rig.outbox.drained().toCompletableFuture();
      rig.pass(Duration.ofSeconds(20));
      assertTrue(!drained.isDone(), "drained without a word from the sink");
      assertEquals(Optional.of("no route"), rig.error());
      sink.isGone = false;
      rig.pass(Duration.ofSeconds(10));
      assertTrue(drained.isDone(), "drained");
      var asked = sink.asked;
      rig.append("b");
      rig.pass(WHILE);
      rig.pass(WHILE);
      assertEquals(asked, sink.asked, "asked once it was heard");
    }
  }

  @Test
  void bytesOfAttemptsThatFailAreNotCountedAsSent() throws IOException {
    sink.isGone = true;
    try (var rig = rig(OutboxRig.SETTINGS, OutboxRig.roomy())) {
      rig.append("a");
      rig.pass(Duration.ofSeconds(20));
      assertEquals(0, rig.outbox.status().bytes());
      sink.isGone = false;
      rig.pass(Duration.ofSeconds(10));
      assertEquals(sink.sizes.getLast().longValue(), rig.outbox.status().bytes());
    }
  }

  @Test
  void asksLessAndLessOftenWhileNobodyAnswers() throws IOException {
    sink.isGone = true;
    try (var rig = rig(OutboxRig.SETTINGS, OutboxRig.roomy())) {
      rig.append("a");
      rig.pass(Duration.ofSeconds(60));
      var tries = sink.sizes.size();
      assertTrue(tries >= 8 && tries <= 18, "tries in 60 s, 8 s apart at most: " + tries);
      assertEquals(Optional.of("no route"), rig.error());
      assertEquals(Doing.WAITING_TO_RETRY, rig.outbox.status().doing());
      sink.isGone = false;
      rig.pass(Duration.ofSeconds(10));
      assertEquals(Optional.empty(), rig.error());
    }
    assertEquals(List.of("a"), OutboxRig.received(inboxDisk));
  }

  @Test
  void aFullClassKeepsWhatWaitsAndCountsWhatItDoesNotTake() throws IOException {
    sink.isGone = true;
    var kept = fill(SMALL);
    assertTrue(kept < 100, "some were dropped");
    var received = OutboxRig.received(inboxDisk);
    assertEquals(kept, received.stream().filter(text -> text.startsWith("r")).count());
    assertEquals("r0", received.getFirst().strip());
    assertEquals(100 - kept, lost(received, LossReason.CLASS_FULL));
  }

  @Test
  void aFullClassThatDropsTheOldestSaysSoToTheSink() throws IOException {
    sink.isGone = true;
    assertEquals(100, fill(SMALL.whenHeld(WhenHeld.DELETE_OLDEST)));
    var received = OutboxRig.received(inboxDisk);
    var there = received.stream().filter(text -> text.startsWith("r")).count();
    assertEquals(100 - there, lost(received, LossReason.RETENTION_BYTES));
    assertEquals(
        "r99", received.stream().filter(t -> t.startsWith("r")).toList().getLast().strip());
  }

  /** Appends 100 records while the sink is gone, then lets it come back; how many were kept. */
  private long fill(Retention upload) throws IOException {
    var kept = 0L;
    var settings = OutboxRig.SETTINGS.withBatch(4_000, 100, Duration.ofMillis(500));
    try (var rig = rig(settings, upload)) {
      for (var i = 0; i < 100; i++) {
        var reply = rig.append("%-100s".formatted("r" + i));
        rig.pass(Duration.ofMillis(200));
        kept += reply.join() instanceof Outcome.Kept ? 1 : 0;
      }
      sink.isGone = false;
      rig.pass(Duration.ofSeconds(30));
    }
    return kept;
  }

  private static long lost(List<String> received, LossReason reason) {
    return received.stream()
        .filter(text -> text.startsWith(reason + " "))
        .mapToLong(text -> Long.parseLong(text.substring(reason.name().length() + 1)))
        .sum();
  }

  @Test
  void sendsInItsHoursOnlyAlsoOverMidnight() throws IOException {
    var night = new UploadWindow(LocalTime.of(22, 0), LocalTime.of(5, 0), ZoneOffset.UTC);
    try (var rig = rig(OutboxRig.SETTINGS.within(0, Optional.of(night)), OutboxRig.roomy())) {
      rig.append("a");
      rig.pass(WHILE);
      assertEquals(Doing.OUTSIDE_WINDOW, rig.outbox.status().doing());
      assertEquals(
          Optional.of(OutboxRig.START.plus(Duration.ofHours(10))),
          rig.outbox.status().nextAttempt());
      rig.now = OutboxRig.START.plus(Duration.ofHours(16));
      rig.pass(Duration.ofMinutes(1).plus(WHILE));
      assertEquals(List.of("a"), OutboxRig.received(inboxDisk));
    }
  }

  @Test
  void sendsNoMoreBytesThanTheCapAllows() throws IOException {
    var settings = OutboxRig.SETTINGS.within(100, Optional.empty());
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);
    try (var rig = rig(settings, OutboxRig.roomy())) {
      for (var i = 0; i < 50; i++) {
        rig.append(Long.toHexString(random.nextLong()).repeat(3));
      }
      rig.pass(Duration.ofSeconds(20));
      var bytes = sink.sizes.stream().mapToInt(Integer::intValue).sum();
      var largest = sink.sizes.stream().mapToInt(Integer::intValue).max().orElse(0);
      assertTrue(bytes <= 20 * 100 + 100 + largest, "bytes in 20 s: " + bytes);
      assertTrue(bytes >= 1_500, "bytes in 20 s: " + bytes);
    }
  }
}
