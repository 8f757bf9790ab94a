package dev.weft.persistence.outbox;

import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.outbox.OutboxStatus.Doing;
import dev.weft.persistence.segment.Pacer;
import dev.weft.persistence.trace.TraceStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
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
  private volatile OutboxStatus status;
  private final List<CompletableFuture<@Nullable Void>> drains = new ArrayList<>();
  private boolean closed;

  /** A batch that is to be delivered, or on its way if {@code reply} is there. */
  private static final class Parcel {
    private final byte[] envelope;
    private final long last;
    private @Nullable CompletableFuture<Delivery> reply;
    private long sentAtNanos;

    private Parcel(byte[] envelope, long last) {
      this.envelope = envelope;
      this.last = last;
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
    this.status = status(Doing.FILLING, Optional.empty(), Optional.empty());
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
   * Completes when the sink has everything tagged that is durable now; not at all if this is closed
   * before.
   */
  public synchronized CompletionStage<@Nullable Void> drained() {
    var drain = new CompletableFuture<@Nullable Void>();
    drains.add(drain);
    pacer.wake();
    return drain;
  }

  /**
   * Does what is due at {@code nanos}, on any steady clock; answers after how many nanoseconds it
   * wants to be called again.
   */
  private synchronized long step(long nanos) {
    if (closed) {
      return POLL_NANOS;
    }
    try {
      return Math.max(0, due(nanos));
    } catch (IOException e) {
      return failed("%s (expected: a readable buffer)".formatted(e.getMessage()), nanos);
    }
  }

  private long due(long nanos) throws IOException {
    var sending = parcel;
    if (sending != null && sending.reply != null) {
      return await(sending, sending.reply, nanos);
    }
    if (isWaiting && nanos - waitUntilNanos < 0) {
      return waitUntilNanos - nanos;
    }
    isWaiting = false;
    var now = clock.instant();
    var opens = settings.window().map(window -> window.opens(now)).orElse(now);
    if (opens.isAfter(now)) {
      parcel = null;
      status = status(Doing.OUTSIDE_WINDOW, status.error(), Optional.of(opens));
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
    var left = fillingSinceNanos + settings.batchDelayMax().toNanos() - nanos;
    if (isFilling && left > 0 && commits == filledAtCommits) {
      return Math.min(left, POLL_NANOS);
    }
    filledAtCommits = commits;
    var found = pending.after(cursors.cleared(settings.sink()));
    if (found.items().isEmpty()) {
      isFilling = false;
      emptyAtCommits = commits;
      cursors.clear(settings.sink(), found.through());
      return idle();
    }
    if (!isFilling) {
      isFilling = true;
      fillingSinceNanos = nanos;
      left = settings.batchDelayMax().toNanos();
    }
    if (left > 0 && !found.isFull()) {
      status = status(Doing.FILLING, status.error(), Optional.empty());
      return Math.min(left, POLL_NANOS);
    }
    var batch = new Batch(cursors.source(settings.sink()), acknowledged, found.items());
    var ready = new Parcel(BatchCodec.encode(batch, settings.isCompressing()), batch.last());
    parcel = ready;
    return send(ready, nanos);
  }

  /** Nothing waits, and nothing will before the buffer commits again. */
  private long idle() {
    status = status(Doing.IDLE, status.error(), Optional.empty());
    drains.forEach(drain -> drain.complete(null));
    drains.clear();
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
        status = status(Doing.CAPPED, status.error(), Optional.of(next));
        return wait;
      }
      cap.take(ready.envelope.length, nanos);
    }
    bytes += ready.envelope.length;
    ready.sentAtNanos = nanos;
    var reply = sink.deliver(ready.envelope).toCompletableFuture();
    ready.reply = reply;
    status = status(Doing.SENDING, status.error(), Optional.empty());
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
          : failed("no answer within %s".formatted(settings.answerTimeout()), nanos);
    }
    return switch (answer(reply)) {
      case Delivery.Acknowledged(var through) -> acknowledged(sending, through, nanos);
      case Delivery.Behind(var through) -> behind(through, nanos);
      case Delivery.Refused(var reason, var detail) ->
          failed("refused as %s: %s".formatted(reason, detail), nanos);
      case Delivery.Unanswered(var detail) -> failed(detail, nanos);
    };
  }

  private static Delivery answer(CompletableFuture<Delivery> reply) {
    if (reply.isCompletedExceptionally()) {
      return new Delivery.Unanswered(String.valueOf(reply.exceptionNow()));
    }
    return reply.join();
  }

  private long acknowledged(Parcel sending, long through, long nanos) {
    if (through < sending.last) {
      return failed(
          "acknowledged through %d (expected: >= %d)".formatted(through, sending.last), nanos);
    }
    if (!move(through, nanos)) {
      return waitUntilNanos - nanos;
    }
    parcel = null;
    isFilling = false;
    failures = 0;
    sent++;
    status = status(Doing.FILLING, Optional.empty(), Optional.empty());
    return 0;
  }

  /** The sink lost what it had, or is a new one: it gets all that is still there. */
  private long behind(long through, long nanos) {
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

  /** Lets some time pass before the next attempt, which makes its batch anew. */
  private long failed(String why, long nanos) {
    parcel = null;
    failures = Math.min(failures + 1, Integer.MAX_VALUE - 1);
    var wait = settings.retry().delay(failures, random).toNanos();
    isWaiting = true;
    waitUntilNanos = nanos + wait;
    var next = clock.instant().plusNanos(wait);
    status = status(Doing.WAITING_TO_RETRY, Optional.of(why), Optional.of(next));
    return wait;
  }

  private OutboxStatus status(Doing doing, Optional<String> error, Optional<Instant> nextAttempt) {
    return new OutboxStatus(
        settings.sink(),
        cursors.source(settings.sink()),
        doing,
        cursors.acknowledged(settings.sink()),
        sent,
        bytes,
        failures,
        error,
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
      status = status(Doing.CLOSED, status.error(), Optional.empty());
    }
    sink.close();
  }
}
