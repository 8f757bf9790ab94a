package dev.weft.link.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.link.identity.Address;
import dev.weft.link.identity.Security;
import dev.weft.persistence.outbox.Batch;
import dev.weft.persistence.outbox.BatchCodec;
import dev.weft.persistence.outbox.BatchItem;
import dev.weft.persistence.outbox.Delivery;
import dev.weft.persistence.outbox.Inbox;
import dev.weft.persistence.outbox.Sink;
import dev.weft.persistence.testkit.SimulatedDisk;
import dev.weft.persistence.trace.TraceKey;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The contract over a loopback connection. */
class LinkSinkTest extends SinkContract {

  private static final String HOST = "127.0.0.1";
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int BATCH_BYTES_MAX = 1 << 20;

  private @Nullable Inbox inbox;
  private @Nullable LinkReceiver receiver;

  @Override
  Sink open() throws IOException {
    var kept = Inbox.open(disk, BATCH_BYTES_MAX);
    inbox = kept;
    var listening = LinkReceiver.listen(HOST, 0, kept, BATCH_BYTES_MAX, Security.none());
    receiver = listening;
    return to(listening.port());
  }

  private static Sink to(int port) {
    return LinkSink.to(Address.of(HOST, port), Security.none(), TIMEOUT);
  }

  @Override
  void kill() {
    if (receiver != null) {
      receiver.close();
    }
    if (inbox != null) {
      inbox.close();
    }
  }

  @Test
  void aReceiverThatIsGoneDoesNotAnswer() throws Exception {
    try (var sink = reopened()) {
      kill();
      var ended = sink.deliver(new byte[20]).toCompletableFuture().get(30, TimeUnit.SECONDS);
      assertInstanceOf(Delivery.Unanswered.class, ended);
      var asked = sink.reached("box-7").toCompletableFuture().get(30, TimeUnit.SECONDS);
      assertInstanceOf(Delivery.Unanswered.class, asked);
    }
  }

  @Test
  void anEnvelopeLargerThanItTakesIsRefusedAsTooLarge() throws Exception {
    try (var sink = reopened()) {
      var large = new byte[BATCH_BYTES_MAX + 10_000];
      var ended = sink.deliver(large).toCompletableFuture().get(30, TimeUnit.SECONDS);
      var refused = assertInstanceOf(Delivery.Refused.class, ended);
      assertEquals(Delivery.Reason.TOO_LARGE, refused.reason());
    }
  }

  @Test
  void callsBeyondTheLimitAreToldToComeAgainAndTakeNoPlace() throws Exception {
    var go = new CountDownLatch(1);
    disk.onForce(
        _ -> {
          try {
            go.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    var sinks = new ArrayList<Sink>();
    var answers = new ArrayList<CompletableFuture<Delivery>>();
    for (var i = 0; i < 10; i++) {
      var sink = to(Objects.requireNonNull(receiver).port());
      sinks.add(sink);
      for (var call = 0; call < 4; call++) {
        answers.add(sink.deliver(batch("box-" + i)).toCompletableFuture());
      }
    }
    var end = System.nanoTime() + TIMEOUT.toNanos();
    // Of 40, as many as are above the limit are answered though nothing can be written.
    while (answers.stream().filter(CompletableFuture::isDone).count() < 24
        && System.nanoTime() < end) {
      LockSupport.parkNanos(1_000_000);
    }
    for (var answer : answers.stream().filter(CompletableFuture::isDone).toList()) {
      var told = assertInstanceOf(Delivery.Unanswered.class, answer.join());
      assertTrue(told.detail().contains("16 calls are inside"), told.detail());
    }
    disk.onForce(SimulatedDisk.Fault.NONE);
    go.countDown();
    var taken = answers.stream().map(CompletableFuture::join);
    assertEquals(16, taken.filter(Delivery.Acknowledged.class::isInstance).count());
    for (var sink : sinks) {
      var ended = sink.deliver(batch("again")).toCompletableFuture().get(30, TimeUnit.SECONDS);
      assertInstanceOf(Delivery.Acknowledged.class, ended);
      sink.close();
    }
  }

  private static byte[] batch(String source) {
    var key = new TraceKey("cam", "kiosk", "", "upload", Instant.EPOCH);
    var item = new BatchItem.Kept(1, 1, key, new byte[9], List.of(), new byte[32], new byte[32]);
    return BatchCodec.encode(new Batch(source, 0, List.of(item)), true);
  }

  private Sink reopened() throws IOException {
    kill();
    return open();
  }
}
