package dev.weft.persistence.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.disk.MemoryDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** What is done about a receiver that takes less than is sent. */
class TooLargeTest {

  private static final OutboxSettings SETTINGS =
      OutboxRig.SETTINGS.withBatch(100_000, 1_000, Duration.ofMillis(500));

  private final MemoryDisk storeDisk = new MemoryDisk();
  private final MemoryDisk cursorDisk = new MemoryDisk();
  private final MemoryDisk inboxDisk = new MemoryDisk();
  private final List<Integer> refused = new ArrayList<>();
  private final List<Integer> taken = new ArrayList<>();

  /** An inbox that takes batches of {@code bytesMax} bytes. */
  private OutboxRig rig(int bytesMax) throws IOException {
    var inbox = Inbox.open(inboxDisk, bytesMax);
    var sink =
        new Sink() {
          @Override
          public CompletionStage<Delivery> deliver(byte[] envelope) {
            var ended = inbox.receive(envelope);
            (ended instanceof Delivery.Acknowledged ? taken : refused).add(envelope.length);
            return CompletableFuture.completedFuture(ended);
          }

          @Override
          public CompletionStage<Delivery> reached(String source) {
            return CompletableFuture.completedFuture(
                new Delivery.Acknowledged(inbox.through(source)));
          }

          @Override
          public void close() {
            inbox.close();
          }
        };
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    return new OutboxRig(
        storeDisk, cursorDisk, sink, SETTINGS, OutboxRig.roomy(), OutboxRig.START, random);
  }

  @Test
  void aBatchIsHalvedUntilItIsTakenAndNothingWaits() throws IOException {
    try (var rig = rig(3_000)) {
      var sent = new ArrayList<String>();
      for (var i = 0; i < 100; i++) {
        sent.add("r" + i);
        rig.append("r" + i);
      }
      rig.pass(Duration.ofSeconds(2));
      assertEquals(sent, OutboxRig.received(inboxDisk));
      assertTrue(refused.size() > 1 && refused.size() <= 12, "refused: " + refused.size());
      assertEquals(0, rig.outbox.status().failures());
    }
  }

  @Test
  void aRecordThatIsTooLargeAloneGoesAsItsPlaceAndTheOthersGoOn() throws IOException {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);
    var large = new StringBuilder();
    while (large.length() < 5_000) {
      large.append(Long.toHexString(random.nextLong()));
    }
    try (var rig = rig(3_000)) {
      rig.append("a");
      rig.append(large.toString());
      rig.append("b");
      rig.pass(Duration.ofSeconds(3));
      assertEquals(List.of("a", "TOO_LARGE", "b"), OutboxRig.received(inboxDisk));
    }
  }

  @Test
  void aReceiverThatTakesNothingAtAllIsAskedLessAndLessOften() throws IOException {
    try (var rig = rig(10)) {
      rig.append("a");
      rig.pass(Duration.ofSeconds(60));
      assertTrue(refused.size() >= 8 && refused.size() <= 30, "refused: " + refused.size());
      assertTrue(rig.error().orElseThrow().startsWith("refused as TOO_LARGE"), rig.error() + "");
    }
    assertEquals(List.of(), OutboxRig.received(inboxDisk));
  }

  @Test
  void aBatchIsBoundedByAllItsBytesNotByPayloadsAlone() throws IOException {
    var limit = 10_000;
    var settings = OutboxRig.SETTINGS.withBatch(limit, 1_000_000, Duration.ofMillis(500));
    var sizes = new ArrayList<Integer>();
    var inbox = Inbox.open(inboxDisk, 1 << 20);
    var sink =
        new Sink() {
          @Override
          public CompletionStage<Delivery> deliver(byte[] envelope) {
            sizes.add(java.nio.ByteBuffer.wrap(envelope).getInt(5));
            return CompletableFuture.completedFuture(inbox.receive(envelope));
          }

          @Override
          public CompletionStage<Delivery> reached(String source) {
            return CompletableFuture.completedFuture(
                new Delivery.Acknowledged(inbox.through(source)));
          }

          @Override
          public void close() {
            inbox.close();
          }
        };
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    try (var rig =
        new OutboxRig(
            storeDisk, cursorDisk, sink, settings, OutboxRig.roomy(), OutboxRig.START, random)) {
      for (var i = 0; i < 500; i++) {
        rig.append("x");
      }
      rig.pass(Duration.ofSeconds(5));
    }
    assertEquals(500, OutboxRig.received(inboxDisk).size());
    var envelope = 100;
    assertTrue(Collections.max(sizes) <= limit + envelope, "largest: " + Collections.max(sizes));
    assertTrue(Collections.max(sizes) > limit * 9 / 10, "largest: " + Collections.max(sizes));
  }

  @Test
  void boundsThatWereLoweredGrowAgainAfterBatchesThatWereTaken() {
    var limit = new BatchLimit(1_000, 64);
    assertTrue(limit.tooLarge(batch(40), 900));
    assertTrue(limit.tooLarge(batch(20), 450));
    assertEquals(225, limit.bytes());
    assertEquals(10, limit.items());
    for (var i = 0; i < 16; i++) {
      assertEquals(225, limit.bytes());
      limit.taken();
    }
    assertEquals(450, limit.bytes());
    for (var i = 0; i < 64; i++) {
      limit.taken();
    }
    assertEquals(1_000, limit.bytes());
    assertEquals(64, limit.items());
  }

  private static Batch batch(int gaps) {
    var items = new ArrayList<BatchItem>();
    var now = OutboxRig.START;
    var loss =
        new dev.weft.persistence.trace.Loss(
            dev.weft.persistence.trace.LossReason.QUEUE_FULL,
            1,
            0,
            0,
            0,
            now,
            now,
            new java.util.TreeMap<>());
    for (var i = 1; i <= gaps; i++) {
      items.add(new BatchItem.Gap(i, "upload", now, loss));
    }
    return new Batch("box", 0, items);
  }
}
