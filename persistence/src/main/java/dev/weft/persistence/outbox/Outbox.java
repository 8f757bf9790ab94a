package dev.weft.persistence.outbox;

import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.outbox.OutboxStatus.Doing;
import dev.weft.persistence.outbox.OutboxStatus.Failure;
import dev.weft.persistence.segment.Pacer;
import dev.weft.persistence.trace.TraceKey;
import dev.weft.persistence.trace.TraceStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Sends what is tagged of a buffer to one sink, one batch at a time, in order. Whoever steps it,
 * mostly a thread of its own, reads, sends and notes; nothing in here knows a clock or a thread.
 *
 * <p>The cursor moves after an acknowledgement. Whatever ends this process, the next one begins
 * there, and sends again at most the batch whose answer it never saw.
 */
public final class Outbox implements AutoCloseable {

  private static final long POLL_NANOS = Duration.ofMillis(100).toNanos();

  private final TraceStore store;
  private final OutboxSettings settings;
  private final Cursors cursors;
  private final Sink sink;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Pacer pacer;
  private final Pending pending;
  private final BatchLimit limit;
  private @Nullable TokenBucket bucket;
  private @Nullable Parcel parcel;
  private long emptyAtCommits = -1;
  private long filledAtCommits = -1;
  private long waitUntilNanos;
  private boolean isWaiting;
  private long fillingSinceNanos;
  private boolean isFilling;
  private int failures;
  private long sent;
  private long bytes;
  private long deferred;
  private Optional<Failure> lastFailure = Optional.empty();
  private volatile OutboxStatus status;
  private volatile boolean isCut;
  private final DrainQueue drains = new DrainQueue();
  private final StatusNotes notes;
  private boolean closed;

  /** A batch that is to be delivered, or on its way if {@code reply} is there. */
  private static final class Parcel {
    private final Batch batch;
    private final long itemBytes;
    private final byte[] envelope;
    private @Nullable CompletableFuture<Delivery> reply;
    private long sentAtNanos;

    private Parcel(Batch batch, long itemBytes, byte[] envelope) {
      this.batch = batch;
      this.itemBytes = itemBytes;
      this.envelope = envelope;
    }
  }

  private Outbox(
      TraceStore store,
      Cursors cursors,
      OutboxSettings settings,
      Sink sink,
      InstantSource clock,
      RandomGenerator random,
      Pacer pacer) {
    this.store = store;
    this.settings = settings;
    this.cursors = cursors;
    this.sink = sink;
    this.clock = clock;
    this.random = random;
    this.pacer = pacer;
    this.pending = new Pending(store, settings);
    this.limit = new BatchLimit(settings.batchBytesMax(), settings.batchItemsMax());
    this.notes = new StatusNotes(cursors, settings.sink());
    this.status = status(Doing.FILLING, Optional.empty());
  }

  /**
   * Begins to send.
   *
   * @param store stays the caller's; must hold what {@code cursors} hold
   * @param cursors that know the sink
   * @param sink closed with this
   */
  public static Outbox open(
      TraceStore store,
      Cursors cursors,
      OutboxSettings settings,
      Sink sink,
      InstantSource clock,
      RandomGenerator random,
      Pacer pacer) {
    var outbox = new Outbox(store, cursors, settings, sink, clock, random, pacer);
    pacer.start(outbox::step);
    return outbox;
  }

  /** How far it is, as of its last step. */
  public OutboxStatus status() {
    return status;
  }

  /**
   * Whether a record with {@code key} is to be sent and the last attempt to send anything failed.
   * Never blocks.
   */
  public boolean isDeferring(TraceKey key) {
    return isCut && settings.tags().wants(key);
  }

  /**
   * Completes when the sink has everything tagged that is durable now; not at all if this is closed
   * before.
   */
  public CompletionStage<@Nullable Void> drained() {
    var drain = drains.join(false);
    pacer.wake();
    return drain.thenApply(_ -> null);
  }

  /**
   * Sends what is durable now without waiting for batches to fill; completes with whether the sink
   * has it all, which is false as soon as an attempt fails or has to wait. Not at all if this is
   * closed before.
   */
  public CompletionStage<Boolean> flush() {
    var flush = drains.join(true);
    pacer.wake();
    return flush;
  }

  /**
   * Does what is due at {@code nanos}, on any steady clock; answers after how many nanoseconds it
   * wants to be called again.
   */
  private synchronized long step(long nanos) {
    if (closed) {
      return POLL_NANOS;
    }
    drains.admit();
    long wait;
    try {
      wait = Math.max(0, due(nanos));
    } catch (IOException e) {
      wait = failed("%s (expected: a readable buffer)".formatted(e.getMessage()), nanos);
    } catch (RuntimeException e) {
      // A bug, here or in a sink: it is told, and what waits stays held, instead of silence.
      wait = failed("%s (expected: no failure of its own)".formatted(e), nanos);
    }
    notes.note(status, clock.instant(), nanos, wait);
    return wait;
  }

  private long due(long nanos) throws IOException {
    var sending = parcel;
    if (sending != null && sending.reply != null) {
      return await(sending, sending.reply, nanos);
    }
    if (isWaiting && nanos - waitUntilNanos < 0) {
      drains.hindered();
      return waitUntilNanos - nanos;
    }
    isWaiting = false;
    var now = clock.instant();
    var opens = settings.window().map(window -> window.opens(now)).orElse(now);
    if (opens.isAfter(now)) {
      parcel = null;
      drains.hindered();
      status = status(Doing.OUTSIDE_WINDOW, Optional.of(opens));
      return Math.min(Duration.between(now, opens).toNanos(), Duration.ofMinutes(1).toNanos());
    }
    if (sending != null) {
      return send(sending, nanos);
    }
    return fill(nanos);
  }

  /** Makes a batch of what waits, once it is full or has waited long enough. */
  private long fill(long nanos) throws IOException {
    var acknowledged = cursors.acknowledged(settings.sink());
    var commits = store.status().commits();
    if (commits == emptyAtCommits) {
      return idle();
    }
    var left = leftToFill(nanos);
    if (isFilling && left > 0 && commits == filledAtCommits) {
      return Math.min(left, POLL_NANOS);
    }
    filledAtCommits = commits;
    var found = pending.after(cursors.cleared(settings.sink()), limit);
    if (found.items().isEmpty()) {
      isFilling = false;
      emptyAtCommits = commits;
      cursors.clear(settings.sink(), found.through());
      return idle();
    }
    if (!isFilling) {
      isFilling = true;
      fillingSinceNanos = nanos;
      left = leftToFill(nanos);
    }
    if (left > 0 && !found.isFull()) {
      status = status(Doing.FILLING, Optional.empty());
      return Math.min(left, POLL_NANOS);
    }
    var batch = new Batch(cursors.source(settings.sink()), acknowledged, found.items());
    var envelope = BatchCodec.encode(batch, settings.isCompressing());
    var ready = new Parcel(batch, found.bytes(), envelope);
    parcel = ready;
    return send(ready, nanos);
  }

  private long leftToFill(long nanos) {
    return drains.isFlushing() ? 0 : fillingSinceNanos + settings.batchDelayMax().toNanos() - nanos;
  }

  /** Nothing waits, and nothing will before the buffer commits again. */
  private long idle() {
    status = status(Doing.IDLE, Optional.empty());
    drains.drained();
    return POLL_NANOS;
  }

  private long send(Parcel ready, long nanos) {
    if (settings.bytesPerSecond() > 0) {
      var cap = bucket;
      if (cap == null) {
        cap = new TokenBucket(settings.bytesPerSecond(), nanos);
        bucket = cap;
      }
      var wait = cap.waitNanos(ready.envelope.length, nanos);
      if (wait > 0) {
        var next = clock.instant().plusNanos(wait);
        drains.hindered();
        status = status(Doing.CAPPED, Optional.of(next));
        return wait;
      }
      cap.take(ready.envelope.length, nanos);
    }
    bytes += ready.envelope.length;
    ready.sentAtNanos = nanos;
    var reply = sink.deliver(ready.envelope).toCompletableFuture();
    ready.reply = reply;
    status = status(Doing.SENDING, Optional.empty());
    if (reply.isDone()) {
      return await(ready, reply, nanos);
    }
    var _ = reply.whenComplete((_, _) -> pacer.wake());
    return settings.answerTimeout().toNanos();
  }

  private long await(Parcel sending, CompletableFuture<Delivery> reply, long nanos) {
    if (!reply.isDone()) {
      var left = sending.sentAtNanos + settings.answerTimeout().toNanos() - nanos;
      return left > 0
          ? left
          : cut("no answer within %s".formatted(settings.answerTimeout()), nanos);
    }
    return switch (answer(reply)) {
      case Delivery.Acknowledged(var through) -> acknowledged(sending, through, nanos);
      case Delivery.Behind(var through) -> behind(through, nanos);
      case Delivery.Refused(var reason, var detail) -> refused(sending, reason, detail, nanos);
      case Delivery.Unanswered(var detail) -> cut(detail, nanos);
    };
  }

  private static Delivery answer(CompletableFuture<Delivery> reply) {
    if (reply.isCompletedExceptionally()) {
      return new Delivery.Unanswered(String.valueOf(reply.exceptionNow()));
    }
    return reply.join();
  }

  private long acknowledged(Parcel sending, long through, long nanos) {
    var last = sending.batch.last();
    if (through < last) {
      return cut("acknowledged through %d (expected: >= %d)".formatted(through, last), nanos);
    }
    isCut = false;
    if (!move(through, nanos)) {
      return waitUntilNanos - nanos;
    }
    parcel = null;
    isFilling = false;
    failures = 0;
    limit.taken();
    sent++;
    deferred += sending.batch.items().stream().filter(BatchItem::isDeferred).count();
    status = status(Doing.FILLING, Optional.empty());
    return 0;
  }

  /** What is too large is made smaller at once, as far as that goes. */
  private long refused(Parcel sending, Delivery.Reason reason, String detail, long nanos) {
    if (reason == Delivery.Reason.TOO_LARGE && limit.tooLarge(sending.batch, sending.itemBytes)) {
      parcel = null;
      filledAtCommits = -1;
      return 0;
    }
    return cut("refused as %s: %s".formatted(reason, detail), nanos);
  }

  /** The sink lost what it had, or is a new one: it gets all that is still there. */
  private long behind(long through, long nanos) {
    isCut = false;
    var wait =
        failed("the sink has records through %d only; sending again".formatted(through), nanos);
    move(through, nanos);
    return wait;
  }

  private boolean move(long through, long nanos) {
    try {
      cursors.move(settings.sink(), through);
      return true;
    } catch (DiskException e) {
      failed("cursor: %s (expected: a disk to note it on)".formatted(e.getMessage()), nanos);
      return false;
    }
  }

  /** The sink did not take it. */
  private long cut(String why, long nanos) {
    isCut = true;
    return failed(why, nanos);
  }

  /** Lets some time pass before the next attempt, which makes its batch anew. */
  private long failed(String why, long nanos) {
    parcel = null;
    drains.hindered();
    failures = Math.min(failures + 1, Integer.MAX_VALUE - 1);
    var wait = settings.retry().delay(failures, random).toNanos();
    isWaiting = true;
    waitUntilNanos = nanos + wait;
    var now = clock.instant();
    lastFailure = Optional.of(new Failure(now, why));
    status = status(Doing.WAITING_TO_RETRY, Optional.of(now.plusNanos(wait)));
    return wait;
  }

  private OutboxStatus status(Doing doing, Optional<Instant> nextAttempt) {
    return new OutboxStatus(
        settings.sink(),
        cursors.source(settings.sink()),
        doing,
        cursors.acknowledged(settings.sink()),
        sent,
        bytes,
        deferred,
        failures,
        lastFailure,
        nextAttempt);
  }

  /** Ends the sending; a batch on its way may arrive or not. */
  @Override
  public void close() {
    pacer.stop();
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      status = status(Doing.CLOSED, Optional.empty());
      notes.write(status, clock.instant());
    }
    sink.close();
  }
}
