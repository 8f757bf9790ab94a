package dev.weft.persistence.outbox;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.segment.Pacer;
import dev.weft.persistence.segment.SegmentStore;
import dev.weft.persistence.segment.WriterThread;
import dev.weft.persistence.trace.Holds;
import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.StoreStatus;
import dev.weft.persistence.trace.TraceCursor;
import dev.weft.persistence.trace.TraceEntry;
import dev.weft.persistence.trace.TraceItem.TraceRecord;
import dev.weft.persistence.trace.TraceKey;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceSettings;
import dev.weft.persistence.trace.TraceStore;
import dev.weft.persistence.trace.Verification;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A buffer with its outbox beside it: what is tagged is sent while others are written, and held
 * until it is acknowledged. A sink that is gone or slow delays nobody who appends. For any number
 * of threads.
 */
public final class UploadingStore implements TraceStore {

  /** Holds everything until the cursors are there. */
  private static final Holds ALL = _ -> 0;

  private final SegmentStore store;
  private final Outbox outbox;
  private final String source;
  private final Duration farewell;
  private volatile boolean isDrained;
  private volatile CompletionStage<?> last = CompletableFuture.completedFuture(null);

  /** Time, randomness and steps, from outside as a simulation has them. */
  public record World(InstantSource clock, SecureRandom random, Pacer storing, Pacer sending) {

    /** The machine's, with a thread for each of the two. */
    public static World real() {
      return new World(
          InstantSource.system(),
          new SecureRandom(),
          new WriterThread(),
          new WriterThread("weft-outbox"));
    }
  }

  private UploadingStore(SegmentStore store, Outbox outbox, String source, Duration farewell) {
    this.store = store;
    this.outbox = outbox;
    this.source = source;
    this.farewell = farewell;
  }

  /**
   * Opens the buffer on {@code disk}, which nobody else may hold, and begins to send where the last
   * process was acknowledged.
   *
   * @param cursors the disk of the outbox's cursors
   * @param trace what it holds by itself is replaced by what the outbox holds
   * @param sink closed with this
   * @param farewell how long closing tries to send what is left; what does not go waits for the
   *     next process
   * @throws IllegalArgumentException if the sink began with other tags
   */
  public static UploadingStore open(
      Disk disk,
      Disk cursors,
      TraceSettings trace,
      OutboxSettings outbox,
      Sink sink,
      Duration farewell,
      World world)
      throws IOException {
    var holds = new AtomicReference<>(ALL);
    var held = trace.withHolds(retentionClass -> holds.get().heldFrom(retentionClass));
    var store = SegmentStore.open(disk, held, world.clock(), world.random(), world.storing());
    try {
      // The store's lock keeps others from these.
      var places =
          Cursors.open(cursors, Map.of(outbox.sink(), outbox.tags()), Cursors.NAME, world.random());
      holds.set(places);
      return new UploadingStore(
          store,
          Outbox.open(store, places, outbox, sink, world.clock(), world.random(), world.sending()),
          places.source(),
          farewell);
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /** How far the outbox is. */
  public OutboxStatus outbox() {
    return outbox.status();
  }

  /** The buffer alone, which stays this one's. */
  public SegmentStore buffer() {
    return store;
  }

  /** What the buffer is called, apart from its sinks. */
  public String source() {
    return source;
  }

  /** Whether closing has found everything sent. */
  public boolean isDrained() {
    return isDrained;
  }

  @Override
  public boolean isDeferring(TraceKey key) {
    return outbox.isDeferring(key);
  }

  @Override
  public CompletionStage<Outcome> append(TraceEntry entry) {
    var answer = store.append(entry);
    // A drop is answered at once, before those that wait.
    if (!answer.toCompletableFuture().isDone()) {
      last = answer;
    }
    return answer;
  }

  @Override
  public TraceCursor read(TraceQuery query) {
    return store.read(query);
  }

  @Override
  public Optional<byte[]> attachment(TraceRecord record, int index) throws IOException {
    return store.attachment(record, index);
  }

  @Override
  public void erase(String session) throws IOException {
    store.erase(session);
  }

  @Override
  public Verification verify() throws IOException {
    return store.verify();
  }

  @Override
  public StoreStatus status() {
    return store.status();
  }

  /** Sends what is left, unless that fails or takes longer than the farewell, then lets go. */
  @Override
  public void close() throws IOException {
    if (farewell.isPositive()) {
      isDrained =
          last.toCompletableFuture()
              .copy()
              .handle((_, _) -> true)
              .thenCompose(_ -> outbox.flush())
              .completeOnTimeout(false, farewell.toNanos(), TimeUnit.NANOSECONDS)
              .join();
    }
    outbox.close();
    store.close();
  }
}
