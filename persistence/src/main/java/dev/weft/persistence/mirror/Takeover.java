package dev.weft.persistence.mirror;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.outbox.Cursors;
import dev.weft.persistence.outbox.Delivery;
import dev.weft.persistence.outbox.Outbox;
import dev.weft.persistence.outbox.OutboxStatus;
import dev.weft.persistence.outbox.Sink;
import dev.weft.persistence.segment.SegmentMirror;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Sends what a mirror has in the place of the buffer's owner, under its name: from where the
 * destination says that it is. What the owner sends beside it, if it lives after all, is the same
 * under the same numbers, so the destination takes each record once. For one thread.
 */
final class Takeover implements AutoCloseable {

  private final SegmentMirror mirror;
  private final Terms.Upload upload;
  private final Cursors cursors;
  private final TakeoverWorld world;
  private final Noted sink;
  private final Instant begun;
  private final long retryNanos;
  private @Nullable CompletableFuture<Delivery> asked;
  private long askAtNanos;
  private Optional<String> trouble = Optional.empty();
  private Optional<Outbox> outbox = Optional.empty();

  private Takeover(
      SegmentMirror mirror,
      Terms.Upload upload,
      Cursors cursors,
      TakeoverWorld world,
      Duration retryAfter,
      long nanos) {
    this.mirror = mirror;
    this.upload = upload;
    this.cursors = cursors;
    this.world = world;
    this.retryNanos = retryAfter.toNanos();
    this.askAtNanos = nanos;
    sink = new Noted(world.sinks().apply(upload), world.clock());
    begun = world.clock().instant();
  }

  /**
   * Begins to send, step by step.
   *
   * @param cursors the disk of the cursors beside the mirror
   * @throws IllegalArgumentException if nothing can be sent there from here
   */
  static Takeover begin(
      SegmentMirror mirror,
      String source,
      Terms.Upload upload,
      Disk cursors,
      TakeoverWorld world,
      Duration retryAfter,
      long nanos)
      throws IOException {
    Cursors.adopt(cursors, source);
    var tags = Map.of(upload.sink(), upload.tags());
    var places = Cursors.open(cursors, tags, Cursors.NAME, world.random());
    return new Takeover(mirror, upload, places, world, retryAfter, nanos);
  }

  /** Does what is due: nothing is sent before the destination has said how far it is. */
  void step(long nanos) throws IOException {
    if (outbox.isPresent()) {
      return;
    }
    var reply = asked;
    if (reply == null) {
      if (nanos - askAtNanos >= 0) {
        asked = sink.reached(cursors.source(upload.sink())).toCompletableFuture();
        askAtNanos = nanos + retryNanos;
      }
      return;
    }
    if (!reply.isDone()) {
      return;
    }
    asked = null;
    switch (Delivery.of(reply)) {
      case Delivery.Acknowledged(var through) -> send(through);
      case Delivery.Behind(var through) -> send(through);
      case Delivery.Refused refused -> trouble = Optional.of(refused.toString());
      case Delivery.Unanswered(var detail) -> trouble = Optional.of(detail);
    }
  }

  private void send(long through) throws IOException {
    cursors.move(upload.sink(), through);
    var settings = world.settings().apply(upload);
    trouble = Optional.empty();
    outbox =
        Optional.of(
            Outbox.open(
                mirror,
                cursors,
                settings.withBatch(
                    settings.batchBytesMax(), settings.batchItemsMax(), Duration.ZERO),
                sink,
                world.clock(),
                world.random(),
                world.pacers().get()));
  }

  /** Whether the destination has all that is to be sent of what the mirror has by now. */
  boolean isDone() {
    return outbox.filter(one -> one.status().doing() == OutboxStatus.Doing.IDLE).isPresent();
  }

  /** How it is, for people and programs. */
  FollowerStatus.Sending status() {
    var sending = outbox.map(Outbox::status);
    return new FollowerStatus.Sending(
        begun,
        sink.first,
        sending.map(now -> now.acknowledged()).orElse(0L),
        trouble.or(() -> sending.flatMap(now -> now.error())));
  }

  /** A batch on its way may arrive or not. */
  @Override
  public void close() {
    outbox.ifPresentOrElse(Outbox::close, sink::close);
  }

  /** A sink that notes when it first took something. */
  private static final class Noted implements Sink {

    private final Sink sink;
    private final InstantSource clock;
    private volatile Optional<Instant> first = Optional.empty();

    private Noted(Sink sink, InstantSource clock) {
      this.sink = sink;
      this.clock = clock;
    }

    @Override
    public CompletionStage<Delivery> deliver(byte[] envelope) {
      return sink.deliver(envelope).thenApply(this::note);
    }

    private Delivery note(Delivery ended) {
      if (first.isEmpty() && ended instanceof Delivery.Acknowledged) {
        first = Optional.of(clock.instant());
      }
      return ended;
    }

    @Override
    public CompletionStage<Delivery> reached(String source) {
      return sink.reached(source);
    }

    @Override
    public void close() {
      sink.close();
    }
  }
}
