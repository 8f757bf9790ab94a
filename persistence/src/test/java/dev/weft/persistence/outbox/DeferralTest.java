package dev.weft.persistence.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.disk.MemoryDisk;
import dev.weft.persistence.outbox.OutboxStatus.Doing;
import dev.weft.persistence.trace.TraceKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** What is said of records that are kept while their sink cannot be reached. */
class DeferralTest {

  private final MemoryDisk storeDisk = new MemoryDisk();
  private final MemoryDisk cursorDisk = new MemoryDisk();
  private final MemoryDisk inboxDisk = new MemoryDisk();
  private boolean isGone;

  private OutboxRig rig() throws IOException {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    return new OutboxRig(
        storeDisk,
        cursorDisk,
        sink(),
        OutboxRig.SETTINGS,
        OutboxRig.roomy(),
        OutboxRig.START,
        random);
  }

  private Sink sink() {
    FolderSink folder;
    try {
      folder = FolderSink.open(inboxDisk);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Sink() {
      @Override
      public CompletionStage<Delivery> deliver(byte[] envelope) {
        return isGone
            ? CompletableFuture.completedFuture(new Delivery.Unanswered("no route"))
            : folder.deliver(envelope);
      }

      @Override
      public CompletionStage<Delivery> reached(String source) {
        return isGone
            ? CompletableFuture.completedFuture(new Delivery.Unanswered("no route"))
            : folder.reached(source);
      }

      @Override
      public void close() {
        folder.close();
      }
    };
  }

  @Test
  void recordsKeptSinceAnAttemptFailedAreMarkedUntilOneGoesWell() throws IOException {
    try (var rig = rig()) {
      rig.append("before");
      rig.pass(Duration.ofSeconds(3));
      isGone = true;
      rig.append("not known yet");
      rig.pass(Duration.ofSeconds(3));
      rig.append("deferred");
      rig.append("local", "kiosk", "not for the sink");
      rig.pass(Duration.ofSeconds(3));

      var waiting = Backlog.of(storeDisk, OutboxRig.TAGS, rig.outbox.status().acknowledged());
      assertEquals(2, waiting.all().records());
      assertEquals(1, waiting.all().deferred());
      assertEquals(java.util.Set.of("upload"), waiting.classes().keySet());

      isGone = false;
      rig.pass(Duration.ofSeconds(10));
      rig.append("after");
      rig.pass(Duration.ofSeconds(3));
      assertEquals(1, rig.outbox.status().deferred());
    }
    var marks = new TreeMap<String, Boolean>();
    Inbox.read(
        inboxDisk,
        (_, item) -> {
          if (item instanceof BatchItem.Kept kept) {
            var text = new String(kept.payload(), StandardCharsets.UTF_8);
            marks.put(text, item.isDeferred());
          }
        });
    assertEquals(
        new TreeMap<>(
            java.util.Map.of(
                "before", false, "not known yet", false, "deferred", true, "after", false)),
        marks);
  }

  @Test
  void anOutboxThatNeverTriedDefersNothing() throws IOException {
    isGone = true;
    try (var rig = rig()) {
      var key = new TraceKey("cam-7", "kiosk", "", "upload", rig.now);
      assertFalse(rig.outbox.isDeferring(key));
      rig.append("a");
      rig.pass(Duration.ofSeconds(3));
      assertTrue(rig.outbox.isDeferring(key));
      assertFalse(rig.outbox.isDeferring(new TraceKey("cam-7", "kiosk", "", "local", rig.now)));
    }
  }

  @Test
  void theNoteBesideTheCursorTellsWhatFailedWhenAndWhenItTriesAgain() throws IOException {
    isGone = true;
    try (var rig = rig()) {
      rig.append("a");
      rig.pass(Duration.ofSeconds(10));
      var note = StatusNotes.read(cursorDisk, OutboxRig.SINK).orElseThrow();
      assertEquals(rig.outbox.status().failures(), note.status().failures());
      assertEquals(Doing.WAITING_TO_RETRY, note.status().doing());
      assertEquals(Optional.of("no route"), note.status().error());
      var failure = note.status().lastFailure().orElseThrow();
      assertTrue(failure.at().isAfter(OutboxRig.START), failure.toString());
      assertTrue(note.status().nextAttempt().orElseThrow().isAfter(failure.at()), note.toString());
      isGone = false;
      rig.pass(Duration.ofSeconds(10));
      var later = StatusNotes.read(cursorDisk, OutboxRig.SINK).orElseThrow();
      assertEquals(Doing.IDLE, later.status().doing());
      assertEquals(Optional.empty(), later.status().error());
      assertTrue(later.status().lastFailure().isPresent(), "the last failure stays");
    }
    assertEquals(
        Doing.CLOSED, StatusNotes.read(cursorDisk, OutboxRig.SINK).orElseThrow().status().doing());
  }

  @Test
  void aSinkThatThrowsIsToldAndTriedAgain() throws IOException {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    var whole = sink();
    var isBroken = new boolean[] {true};
    var broken =
        new Sink() {
          @Override
          public CompletionStage<Delivery> deliver(byte[] envelope) {
            if (isBroken[0]) {
              throw new IllegalStateException("a bug");
            }
            return whole.deliver(envelope);
          }

          @Override
          public CompletionStage<Delivery> reached(String source) {
            return whole.reached(source);
          }

          @Override
          public void close() {
            whole.close();
          }
        };
    try (var rig =
        new OutboxRig(
            storeDisk,
            cursorDisk,
            broken,
            OutboxRig.SETTINGS,
            OutboxRig.roomy(),
            OutboxRig.START,
            random)) {
      rig.append("a");
      rig.pass(Duration.ofSeconds(3));
      assertTrue(rig.error().orElseThrow().contains("a bug"), rig.error() + "");
      isBroken[0] = false;
      rig.pass(Duration.ofSeconds(10));
      assertEquals(java.util.List.of("a"), OutboxRig.received(inboxDisk));
    }
  }

  @Test
  void aBrokenNoteIsNone() throws IOException {
    try (var rig = rig()) {
      rig.pass(Duration.ofSeconds(1));
    }
    var name = OutboxRig.SINK + ".status";
    for (var length = 0; length < cursorDisk.size(name); length++) {
      try (var file = cursorDisk.open(name)) {
        file.truncate(length);
      }
      assertEquals(Optional.empty(), StatusNotes.read(cursorDisk, OutboxRig.SINK));
    }
  }

  @Test
  void aFlushDoesNotWaitForABatchToFillAndGivesUpWhereSomethingIsInTheWay() throws IOException {
    try (var rig = rig()) {
      rig.append("a");
      rig.pass(Duration.ofMillis(100));
      var flush = rig.outbox.flush().toCompletableFuture();
      rig.pass(Duration.ofMillis(100));
      assertEquals(true, flush.getNow(null));
      assertEquals(java.util.List.of("a"), OutboxRig.received(inboxDisk));

      isGone = true;
      rig.append("b");
      rig.pass(Duration.ofMillis(100));
      var failing = rig.outbox.flush().toCompletableFuture();
      var patient = rig.outbox.drained().toCompletableFuture();
      rig.pass(Duration.ofMillis(100));
      assertEquals(false, failing.getNow(null));
      var waiting = rig.outbox.flush().toCompletableFuture();
      rig.pass(Duration.ofSeconds(2));
      assertEquals(false, waiting.getNow(null), "while it waits to try again");
      assertFalse(patient.isDone());
      isGone = false;
      rig.pass(Duration.ofSeconds(10));
      assertTrue(patient.isDone());
    }
  }
}
