package dev.weft.link.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.outbox.Batch;
import dev.weft.persistence.outbox.BatchCodec;
import dev.weft.persistence.outbox.BatchItem;
import dev.weft.persistence.outbox.Delivery;
import dev.weft.persistence.outbox.Inbox;
import dev.weft.persistence.outbox.Sink;
import dev.weft.persistence.testkit.SimulatedDisk;
import dev.weft.persistence.trace.TraceKey;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every sink promises, over a disk that may fail. */
abstract class SinkContract {

  private static final String SOURCE = "box-7";

  final SimulatedDisk disk = new SimulatedDisk(1);
  private Sink sink;

  /** A sink that leaves what it takes in an inbox on {@code disk}. */
  abstract Sink open() throws IOException;

  /** Ends the receiving side without a farewell. */
  abstract void kill();

  @BeforeEach
  void start() throws IOException {
    sink = open();
  }

  @AfterEach
  void end() {
    sink.close();
    kill();
  }

  private static byte[] batch(long after, long... numbers) {
    var items =
        LongStream.of(numbers)
            .mapToObj(
                number ->
                    (BatchItem)
                        new BatchItem.Kept(
                            number,
                            number,
                            new TraceKey("cam", "kiosk", "", "upload", Instant.EPOCH),
                            new byte[100],
                            List.of(),
                            new byte[32],
                            new byte[32]))
            .toList();
    return BatchCodec.encode(new Batch(SOURCE, after, items), true);
  }

  private Delivery deliver(byte[] envelope) throws Exception {
    return sink.deliver(envelope).toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private List<Long> received() throws IOException {
    var numbers = new ArrayList<Long>();
    Inbox.read(disk, (_, item) -> numbers.add(item.number()));
    return numbers;
  }

  @Test
  void aBatchThatComesTwiceIsThereOnce() throws Exception {
    assertEquals(new Delivery.Acknowledged(2), deliver(batch(0, 1, 2)));
    assertEquals(new Delivery.Acknowledged(2), deliver(batch(0, 1, 2)));
    assertEquals(List.of(1L, 2L), received());
  }

  @Test
  void aRetryThatComesLateAndWithOtherBoundsAddsOnlyWhatIsNew() throws Exception {
    assertEquals(new Delivery.Acknowledged(2), deliver(batch(0, 1, 2)));
    assertEquals(new Delivery.Acknowledged(4), deliver(batch(0, 1, 2, 4)));
    assertEquals(new Delivery.Acknowledged(4), deliver(batch(0, 1)));
    assertEquals(List.of(1L, 2L, 4L), received());
  }

  @Test
  void tellsHowFarItIsWithASourceAndThatItKnowsNothingOfAnother() throws Exception {
    deliver(batch(0, 1, 2));
    assertEquals(new Delivery.Acknowledged(2), reached(SOURCE));
    assertEquals(new Delivery.Acknowledged(0), reached("box-8"));
  }

  private Delivery reached(String source) throws Exception {
    return sink.reached(source).toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void aBatchBehindAHoleIsNotTaken() throws Exception {
    assertEquals(new Delivery.Behind(0), deliver(batch(3, 4)));
    assertEquals(new Delivery.Acknowledged(1), deliver(batch(0, 1)));
    assertEquals(new Delivery.Behind(1), deliver(batch(3, 4)));
    assertEquals(List.of(1L), received());
  }

  @Test
  void anyFlippedBitIsRefusedAsCorruptOrNewer() throws Exception {
    var whole = batch(0, 1);
    for (var at = 0; at < whole.length; at++) {
      var damaged = whole.clone();
      damaged[at] ^= 1;
      assertInstanceOf(Delivery.Refused.class, deliver(damaged), "byte " + at);
    }
    assertEquals(List.of(), received());
  }

  @Test
  void aCrashBetweenWriteAndAnswerLeavesItOnceOrNotAtAll() throws Exception {
    deliver(batch(0, 1));
    disk.onForce(
        name -> {
          if (name.equals("folder")) {
            throw new DiskException(DiskException.Kind.FAILED, "cut");
          }
        });
    assertInstanceOf(Delivery.Refused.class, deliver(batch(1, 2)));
    disk.onForce(SimulatedDisk.Fault.NONE);
    sink.close();
    kill();
    disk.crash();
    sink = open();
    assertEquals(new Delivery.Acknowledged(3), deliver(batch(1, 2, 3)));
    assertEquals(List.of(1L, 2L, 3L), received());
  }

  @Test
  void aFullDiskIsToldAndHarmsNothing() throws Exception {
    deliver(batch(0, 1));
    disk.limit(10);
    var refused = assertInstanceOf(Delivery.Refused.class, deliver(batch(1, 2)));
    assertEquals(Delivery.Reason.FULL, refused.reason());
    disk.limit(Long.MAX_VALUE);
    assertEquals(new Delivery.Acknowledged(2), deliver(batch(1, 2)));
    assertEquals(List.of(1L, 2L), received());
  }

  @Test
  void aSlowDiskDelaysTheAnswerAndItIsNotGivenBefore() throws Exception {
    var forcing = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    disk.onForce(
        _ -> {
          forcing.countDown();
          try {
            go.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    var answered = new java.util.concurrent.CompletableFuture<Delivery>();
    var sending = Thread.ofPlatform().start(() -> deliverInto(answered));
    forcing.await();
    assertEquals(false, answered.isDone(), "answered before the disk had it");
    go.countDown();
    sending.join();
    assertEquals(new Delivery.Acknowledged(1), answered.get(30, TimeUnit.SECONDS));
  }

  private void deliverInto(java.util.concurrent.CompletableFuture<Delivery> answered) {
    try {
      answered.complete(deliver(batch(0, 1)));
    } catch (Exception e) {
      answered.completeExceptionally(e);
    }
  }
}
