package dev.weft.persistence.outbox;

import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.outbox.OutboxStatus.Doing;
import dev.weft.persistence.segment.Pacer;
import dev.weft.persistence.trace.TraceKey;
import dev.weft.persistence.trace.TraceReader;
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

  private final TraceReader store;
  private final OutboxSettings settings;
  private final Cursors cursors;
  private final Sink sink;
  private final InstantSource clock;
  private final Patience patience;
  private final Pacer pacer;
  private final Pending pending;
  private final BatchLimit limit;
  private final TokenBucket bucket;
  private final Inquiry inquiry;
  private @Nullable Parcel parcel;
  private long emptyAtCommits = -1;
  private long filledAtCommits = -1;
  private long fillingSinceNanos;
  private boolean isFilling;
  private boolean isBehind;
  private long sent;
  private long bytes;
  private long deferred;
  private volatile OutboxStatus status;
  private volatile boolean isCut;
  private final DrainQueue drains = new DrainQueue();
  private final StatusNotes notes;
  private boolean closed;

  private Outbox(
      TraceReader store,
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
    this.patience = new Patience(settings.retry(), random);
    this.pacer = pacer;
    this.pending = new Pending(store, settings);
    this.bucket = new TokenBucket(settings.bytesPerSecond());
    this.inquiry = new Inquiry(sink, cursors.source(settings.sink()));
    this.limit = new BatchLimit(settings.batchBytesMax(), settings.batchItemsMax());
    this.notes = new StatusNotes(cursors, settings.sink());
    this.status = status(Doing.FILLING, Optional.empty());
  }

  /**
   * Begins to send.
   *
   * @param store stays the caller's; must hold what {@code cursors}, which know the sink, hold
   * @param sink closed with this
   */
  public static Outbox open(
      TraceReader store,
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
    if (inquiry.isOpen()) {
      return ask(nanos);
    }
    var sending = parcel;
    if (sending != null && sending.reply != null) {
      return await(sending, sending.reply, nanos);
    }
    var left = patience.leftNanos(nanos);
    if (left > 0) {
      drains.hindered();
      return left;
    }
    var now = clock.instant();
    var opens = settings.window().map(window -> window.opens(now)).orElse(now);
    if (opens.isAfter(now)) {
      parcel = null;
      drains.hindered();
      status = status(Doing.OUTSIDE_WINDOW, Optional.of(opens));
      return Math.min(Duration.between(now, opens).toNanos(), Duration.ofMinutes(1).toNanos());
    }
    return sending != null ? send(sending, nanos) : fill(nanos);
  }

  /** Makes a batch of what waits, once it is full or has waited long enough. */
  private long fill(long nanos) throws IOException {
    var acknowledged = cursors.acknowledged(settings.sink());
    var commits = store.status().commits();
    if (commits == emptyAtCommits) {
      return idle(nanos);
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
      return idle(nanos);
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
  private long idle(long nanos) {
    if (!inquiry.isOver()) {
      return ask(nanos);
    }
    status = status(Doing.IDLE, Optional.empty());
    drains.drained();
    return POLL_NANOS;
  }

  private long send(Parcel ready, long nanos) {
    var wait = bucket.waitNanos(ready.envelope.length, nanos);
    if (wait > 0) {
      drains.hindered();
      status = status(Doing.CAPPED, Optional.of(clock.instant().plusNanos(wait)));
      return wait;
    }
    bucket.take(ready.envelope.length, nanos);
    ready.sentAtNanos = nanos;
    var reply = sink.deliver(ready.envelope).toCompletableFuture();
    ready.reply = reply;
    status = status(Doing.SENDING, Optional.empty());
    if (!reply.isDone()) {
      var _ = reply.whenComplete((_, _) -> pacer.wake());
    }
    return await(ready, reply, nanos);
  }

  private long await(Parcel sending, CompletableFuture<Delivery> reply, long nanos) {
    if (!reply.isDone()) {
      return unanswered(sending.sentAtNanos, nanos);
    }
    return switch (Delivery.of(reply)) {
      case Delivery.Acknowledged(var through) -> acknowledged(sending, through, nanos);
      case Delivery.Behind(var through) -> behind(through, nanos);
      case Delivery.Refused refused -> refused(sending, refused, nanos);
      case Delivery.Unanswered(var detail) -> cut(detail, nanos);
    };
  }

  private long unanswered(long sinceNanos, long nanos) {
    var left = sinceNanos + settings.answerTimeout().toNanos() - nanos;
    return left > 0 ? left : cut("no answer within %s".formatted(settings.answerTimeout()), nanos);
  }

  /** Asks how far the sink is: it may be another one than the cursor is of, or have lost all. */
  private long ask(long nanos) {
    var reply = inquiry.reply(nanos, pacer);
    status = status(Doing.SENDING, Optional.empty());
    if (!reply.isDone()) {
      return unanswered(inquiry.askedAtNanos(), nanos);
    }
    return switch (Delivery.of(reply)) {
      case Delivery.Acknowledged(var through) -> reached(through, nanos);
      case Delivery.Behind(var through) -> behind(through, nanos);
      case Delivery.Refused refused -> cut(refused.words(), nanos);
      case Delivery.Unanswered(var detail) -> cut(detail, nanos);
    };
  }

  /** What the sink has beyond the cursor is acknowledged by the next batch. */
  private long reached(long through, long nanos) {
    if (through >= cursors.acknowledged(settings.sink())) {
      heard();
      return 0;
    }
    return behind(through, nanos);
  }

  private void heard() {
    isCut = false;
    inquiry.heard();
    patience.over();
  }

  private long acknowledged(Parcel sending, long through, long nanos) {
    var last = sending.batch.last();
    if (through < last) {
      return cut("acknowledged through %d (expected: >= %d)".formatted(through, last), nanos);
    }
    heard();
    if (!move(through, nanos)) {
      return patience.leftNanos(nanos);
    }
    parcel = null;
    isFilling = false;
    isBehind = false;
    bytes += sending.envelope.length;
    limit.taken();
    sent++;
    deferred += sending.deferred();
    status = status(Doing.FILLING, Optional.empty());
    return 0;
  }

  /** What is too large is made smaller at once, as far as that goes. */
  private long refused(Parcel sending, Delivery.Refused why, long nanos) {
    var isTooLarge = why.reason() == Delivery.Reason.TOO_LARGE;
    if (isTooLarge && limit.tooLarge(sending.batch, sending.itemBytes)) {
      parcel = null;
      filledAtCommits = -1;
      return 0;
    }
    return cut(why.words(), nanos);
  }

  /**
   * The sink lost what it had, or is another one than before: it gets all that is still there, at
   * once unless it says so again.
   */
  private long behind(long through, long nanos) {
    heard();
    var why =
        "the sink has records through %d only (expected: %d, as it acknowledged before); sending again"
            .formatted(through, cursors.acknowledged(settings.sink()));
    if (!move(through, nanos)) {
      return patience.leftNanos(nanos);
    }
    if (isBehind) {
      return failed(why, nanos);
    }
    isBehind = true;
    parcel = null;
    isFilling = false;
    emptyAtCommits = -1;
    patience.tell(why, clock.instant());
    status = status(Doing.FILLING, Optional.empty());
    return 0;
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

  private long cut(String why, long nanos) {
    isCut = true;
    return failed(why, nanos);
  }

  /** Some time passes before the next attempt, which makes its batch anew. */
  private long failed(String why, long nanos) {
    parcel = null;
    inquiry.failed();
    drains.hindered();
    var now = clock.instant();
    var wait = patience.failed(why, now, nanos);
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
        patience.failures(),
        patience.last(),
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
