package dev.weft.persistence.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.disk.MemoryDisk;
import dev.weft.persistence.segment.WriterThread;
import dev.weft.persistence.testkit.ManualPacer;
import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.Retention;
import dev.weft.persistence.trace.TraceKey;
import dev.weft.persistence.trace.TraceSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A buffer with its outbox beside it. */
class UploadingStoreTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration LONG = Duration.ofMinutes(5);

  private final MemoryDisk storeDisk = new MemoryDisk();
  private final MemoryDisk cursorDisk = new MemoryDisk();
  private final MemoryDisk inboxDisk = new MemoryDisk();
  private final ManualPacer storing = new ManualPacer();
  private final ManualPacer sending = new ManualPacer();
  private Instant now = OutboxRig.START;

  /** A sink that is not there. */
  private record Gone(Delivery delivery) implements Sink {
    @Override
    public CompletionStage<Delivery> deliver(byte[] envelope) {
      return CompletableFuture.completedFuture(delivery);
    }

    @Override
    public CompletionStage<Delivery> reached(String source) {
      return CompletableFuture.completedFuture(delivery);
    }

    @Override
    public void close() {}
  }

  /** A sink that never answers. */
  private record Silent() implements Sink {
    @Override
    public CompletionStage<Delivery> deliver(byte[] envelope) {
      return new CompletableFuture<>();
    }

    @Override
    public CompletionStage<Delivery> reached(String source) {
      return new CompletableFuture<>();
    }

    @Override
    public void close() {}
  }

  private static final Sink GONE = new Gone(new Delivery.Unanswered("no route"));

  private UploadingStore open(Sink sink, Duration farewell, UploadingStore.World world)
      throws IOException {
    var small = new Retention("upload", 1 << 20, HOUR, 1_024, Retention.WhenHeld.DROP_NEW);
    return UploadingStore.open(
        storeDisk,
        cursorDisk,
        TraceSettings.of(List.of(small)),
        OutboxRig.SETTINGS,
        sink,
        farewell,
        world);
  }

  private UploadingStore stepped(Sink sink) throws IOException {
    return open(
        sink,
        Duration.ZERO,
        new UploadingStore.World(() -> now, new SecureRandom(), storing, sending));
  }

  private UploadingStore real(Sink sink, Duration farewell) throws IOException {
    return open(sink, farewell, UploadingStore.World.real());
  }

  private CompletableFuture<Outcome> append(UploadingStore store, String payload) {
    var key = new TraceKey("cam-7", "kiosk", "", "upload", now);
    return store.append(key, payload.getBytes(StandardCharsets.UTF_8)).toCompletableFuture();
  }

  private void pass(Duration time) {
    for (var left = time.toSeconds(); left > 0; left--) {
      storing.pass(Duration.ofSeconds(1));
      sending.pass(Duration.ofSeconds(1));
      now = now.plusSeconds(1);
    }
  }

  @Test
  void whatWaitsOutlivesItsAgeUntilItIsSent() throws IOException {
    var sent = new ArrayList<String>();
    try (var store = stepped(GONE)) {
      for (var i = 0; i < 50; i++) {
        sent.add("r" + i);
        append(store, "r" + i);
        pass(Duration.ofSeconds(1));
      }
      pass(HOUR.multipliedBy(3));
    }
    now = now.plus(HOUR);
    try (var store = stepped(FolderSink.open(inboxDisk))) {
      // Before the cursors are read everything is held, too.
      pass(Duration.ofMinutes(10));
      var received = OutboxRig.received(inboxDisk);
      assertEquals(sent, received.stream().filter(text -> text.startsWith("r")).toList());
      now = now.plus(HOUR);
      append(store, "last");
      pass(HOUR);
      var left = Backlog.of(storeDisk, UploadTags.everything(), 0).all().records();
      assertTrue(left < 40, "what was sent is deleted when it is old, left: " + left);
    }
  }

  @Test
  void closingSendsWhatIsLeftAtOnce() throws IOException {
    var store = real(FolderSink.open(inboxDisk), LONG);
    var reply = append(store, "just now");
    store.close();
    assertInstanceOf(Outcome.Kept.class, reply.join());
    assertTrue(store.isDrained());
    assertEquals(List.of("just now"), OutboxRig.received(inboxDisk));
  }

  @Test
  void closingDoesNotWaitForASinkThatIsGoneOrSilent() throws Exception {
    for (var sink : List.of(GONE, new Silent())) {
      var farewell = sink == GONE ? LONG : Duration.ofMillis(200);
      var store = real(sink, farewell);
      var _ = append(store, "a");
      var closing = CompletableFuture.runAsync(() -> close(store));
      closing.get(60, TimeUnit.SECONDS);
      assertFalse(store.isDrained());
    }
    try (var store = real(FolderSink.open(inboxDisk), LONG)) {
      assertFalse(store.isDrained());
    }
    assertEquals(List.of("a", "a"), OutboxRig.received(inboxDisk));
  }

  private static void close(UploadingStore store) {
    try {
      store.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aSinkThatNeverAnswersKeepsNobodyWaitingWhoAppends() throws Exception {
    try (var store = real(new Silent(), Duration.ofMillis(1))) {
      for (var i = 0; i < 1_000; i++) {
        var reply = append(store, "r" + i);
        if (i % 100 == 0) {
          assertInstanceOf(Outcome.Kept.class, reply.get(30, TimeUnit.SECONDS));
        }
      }
    }
  }

  @Test
  void otherTagsForTheSameSinkAreRefusedAndTheBufferIsLetGo() throws IOException {
    stepped(GONE).close();
    var others = OutboxSettings.of(OutboxRig.SINK, UploadTags.everything());
    assertThrows(
        IllegalArgumentException.class,
        () ->
            UploadingStore.open(
                storeDisk,
                cursorDisk,
                TraceSettings.of(List.of(OutboxRig.roomy())),
                others,
                GONE,
                Duration.ZERO,
                new UploadingStore.World(
                    () -> now, new SecureRandom(), new WriterThread(), new ManualPacer())));
    stepped(GONE).close();
  }

  @Test
  void aFolderThatAnotherHasIsASinkThatCannotBeReachedUntilItIsLetGo() throws IOException {
    var other = FolderSink.open(inboxDisk);
    try (var store = stepped(new LateSink(() -> FolderSink.open(inboxDisk)))) {
      append(store, "a");
      pass(Duration.ofSeconds(5));
      assertTrue(store.outbox().error().isPresent());
      assertTrue(store.isDeferring(new TraceKey("cam-7", "kiosk", "", "upload", now)));
      other.close();
      pass(Duration.ofSeconds(20));
      assertEquals(List.of("a"), OutboxRig.received(inboxDisk));
    }
  }
}
