package dev.weft.fabric.sequence;

import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.pipeline.FabricClock;
import dev.weft.fabric.pipeline.PipelineDoor;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.pipeline.Timed;
import dev.weft.fabric.pipeline.Timings;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Tensor;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Where frames of sequences enter a pipeline that keeps state: each runs on what the one before it
 * left, one at a time, in the order in which they came. What is state is put in and taken out here;
 * callers see neither. Never blocks. Threadsafe.
 *
 * <p>The {@link SequenceBook} is guarded by this object's lock, under which no frame is submitted
 * and nobody is answered.
 */
public final class SequenceDoor implements Timed {

  private static final Duration DEADLINE_MAX = Duration.ofDays(365);
  private static final String TENANT = "tenant";

  private final PipelineDoor door;
  private final StateSpec spec;
  private final SequencePlaces places;
  private final FabricClock clock;
  private final SequenceCounters counters;
  private final SequenceBook book;
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private Runnable alarm = () -> {};

  /** When the alarm's owner is to look again, as far as he knows. */
  private long announcedNanos = Long.MAX_VALUE;

  /**
   * @param counters of the pipeline whose place this one's takes, too
   */
  SequenceDoor(
      PipelineDoor door, SequencePlaces places, FabricClock clock, SequenceCounters counters) {
    var manifest = door.manifest();
    this.door = door;
    this.spec = StateSpec.of(manifest);
    this.places = places;
    this.clock = clock;
    this.counters = counters;
    this.book =
        new SequenceBook(
            manifest.name(), spec, places, counters, manifest.door().maxInFlightBytes());
  }

  /**
   * One for {@code door}, if its manifest declares state.
   *
   * @param before the counters of the pipeline whose place it takes
   */
  public static Optional<SequenceDoor> of(
      PipelineDoor door,
      SequencePlaces places,
      FabricClock clock,
      Optional<SequenceCounters> before) {
    return door.manifest().state().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new SequenceDoor(door, places, clock, before.orElseGet(SequenceCounters::new)));
  }

  public SequenceCounters counters() {
    return counters;
  }

  /** Time without a frame after which a sequence ends. */
  public Duration idleTimeout() {
    return places.settings().idleTimeout();
  }

  /**
   * Runs a frame on what the one before it left, when that has ended, and takes over its tensors.
   * Its deadline counts from now. What it leaves is kept if it completes, and has all of it;
   * otherwise what was before stays. A first frame ends what was before it, whatever becomes of it.
   *
   * @param request without what is state; its attribute {@code tenant} says whose sequence it is,
   *     which is its session, too, unless an attribute says another
   * @return the answer to come, without what is state; see {@link PipelineDoor#submit} for the
   *     thread. Cancelling it cancels the frame.
   */
  public CompletableFuture<Answer> submit(Request request, SequenceStep step) {
    var now = clock.nanos();
    var key = new SequenceKey(request.attributes().getOrDefault(TENANT, ""), step.id());
    var deadline = request.deadline().orElse(door.manifest().deadline());
    var within = deadline.compareTo(DEADLINE_MAX) < 0 ? deadline : DEADLINE_MAX;
    var pending = new PendingStep(this, step, key, request, now + within.toNanos());
    var refusal = offer(pending, given(request));
    if (refusal.isPresent()) {
      refuse(pending, refusal.get());
    }
    var sequence = pending.sequence;
    if (sequence != null) {
      advance(sequence);
    }
    sound();
    return pending;
  }

  /** Lets go of steps that are late and of sequences that are idle. */
  @Override
  public Optional<Duration> expire() {
    var now = clock.nanos();
    for (var step : overdue(now)) {
      refuse(step, dropped(DropReason.DEADLINE_EXCEEDED));
    }
    return announce(now);
  }

  /**
   * Ends all sequences, drops what waits, and what comes from now on.
   *
   * @return done when the frames inside have ended and all state is given back
   */
  public CompletionStage<Void> close() {
    for (var step : takeAllOut()) {
      refuse(step, dropped(DropReason.UNLOADING));
    }
    endIfOver();
    return over;
  }

  @Override
  public void onDue(Runnable other) {
    synchronized (this) {
      alarm = other;
      announcedNanos = Long.MAX_VALUE;
    }
    sound();
  }

  /** Takes note that the caller of a step does not wait any more. */
  void giveUp(PendingStep step, Throwable why) {
    if (withdraw(step)) {
      door.turnAway(step.request, failed(ErrorCode.CANCELLED, "cancelled by the caller"));
      step.fail(why);
      return;
    }
    var frame = frame(step, why);
    if (frame != null) {
      frame.completeExceptionally(why);
    }
  }

  private synchronized Optional<Answer> offer(PendingStep step, Optional<Answer> refusal) {
    return book.offer(step, refusal);
  }

  private synchronized boolean withdraw(PendingStep step) {
    return book.withdraw(step);
  }

  private synchronized List<PendingStep> overdue(long now) {
    return book.overdue(now);
  }

  private synchronized List<PendingStep> takeAllOut() {
    return book.close();
  }

  private synchronized @Nullable CompletableFuture<Answer> frame(PendingStep step, Throwable why) {
    step.givenUp = why;
    return step.frame;
  }

  private synchronized @Nullable Turn next(Sequence sequence) {
    return book.next(sequence, clock.nanos());
  }

  private synchronized Optional<Duration> announce(long now) {
    book.expire(now);
    var due = book.nextDue();
    announcedNanos = due.orElse(Long.MAX_VALUE);
    return due.isPresent()
        ? Optional.of(Duration.ofNanos(Math.max(0, due.getAsLong() - now)))
        : Optional.empty();
  }

  private void sound() {
    var due = alarmIfSooner();
    if (due != null) {
      due.run();
    }
  }

  private synchronized @Nullable Runnable alarmIfSooner() {
    var due = book.nextDue();
    if (due.isEmpty() || due.getAsLong() >= announcedNanos) {
      return null;
    }
    announcedNanos = due.getAsLong();
    return alarm;
  }

  /**
   * Runs the steps of a sequence that can run now; where one takes time, whoever ends it goes on.
   */
  private void advance(Sequence sequence) {
    for (var turn = next(sequence); turn != null; turn = next(sequence)) {
      switch (turn) {
        case Turn.Over over -> ended(over, false, false);
        case Turn.Refused refused -> {
          ended(refused, false, false);
          refuse(refused.step(), refused.answer());
        }
        case Turn.Run run -> {
          var frame = begin(run);
          if (!frame.isDone()) {
            var _ =
                frame.whenComplete(
                    (_, _) -> {
                      settle(run, frame);
                      advance(sequence);
                      sound();
                    });
            return;
          }
          settle(run, frame);
        }
      }
    }
  }

  private CompletableFuture<Answer> begin(Turn.Run run) {
    try {
      var frame = door.submit(run.request());
      var givenUp = started(run.step(), frame);
      if (givenUp != null) {
        frame.completeExceptionally(givenUp);
      }
      return frame;
    } catch (RuntimeException e) {
      // A fault of ours: the sequence goes on.
      return CompletableFuture.completedFuture(failed(ErrorCode.INTERNAL, e.toString()));
    }
  }

  private synchronized @Nullable Throwable started(
      PendingStep step, CompletableFuture<Answer> frame) {
    step.frame = frame;
    return step.givenUp;
  }

  private void settle(Turn.Run run, CompletableFuture<Answer> frame) {
    switch (frame.state()) {
      case SUCCESS -> settle(run, frame.resultNow());
      case FAILED -> gone(run, frame.exceptionNow());
      case CANCELLED -> gone(run, new CancellationException());
      case RUNNING -> throw new IllegalStateException("running (expected: done)");
    }
  }

  private void gone(Turn.Run run, Throwable why) {
    ended(run, false, false);
    run.step().fail(why);
  }

  /** The state changes before the caller sees his answer, so that his next step meets it. */
  private void settle(Turn.Run run, Answer answer) {
    if (!(answer instanceof Answer.Completed completed)) {
      ended(run, false, false);
      run.step().answer(answer);
      return;
    }
    var problem = spec.problem(completed.outputs());
    if (problem.isPresent()) {
      var why = "pipeline '%s': %s".formatted(door.manifest().name(), problem.get());
      completed.close();
      ended(run, false, false);
      run.step().answer(failed(ErrorCode.STAGE_BROKE_CONTRACT, why, completed.timings()));
      return;
    }
    var isLeft = run.room().isPresent() && spec.isIn(completed);
    run.room().filter(_ -> isLeft).ifPresent(room -> spec.copy(completed.outputs(), room));
    var outputs = new LinkedHashMap<>(completed.outputs());
    spec.takeFrom(outputs).forEach(Tensor::close);
    ended(run, true, isLeft);
    run.step().answer(new Answer.Completed(outputs, completed.quality(), completed.timings()));
  }

  private void ended(Turn turn, boolean isAnswered, boolean isLeft) {
    synchronized (this) {
      book.ended(turn, isAnswered, isLeft);
    }
    endIfOver();
  }

  private void endIfOver() {
    var isOver = false;
    synchronized (this) {
      isOver = book.isOver();
    }
    if (isOver) {
      over.complete(null);
    }
  }

  private void refuse(PendingStep step, Answer answer) {
    var _ = door.turnAway(step.request, answer);
    step.answer(answer);
  }

  /** The answer to a request that brings what is not for it to say. */
  private Optional<Answer> given(Request request) {
    var own = spec.own(request.inputs().keySet());
    return own.isEmpty()
        ? Optional.empty()
        : Optional.of(
            failed(
                ErrorCode.INVALID_INPUT,
                "inputs of pipeline '%s': %s (expected: none of them, as they are state)"
                    .formatted(door.manifest().name(), own)));
  }

  private Answer dropped(DropReason reason) {
    return new Answer.Dropped(reason, door.manifest().name(), Timings.none());
  }

  private static Answer failed(ErrorCode code, String message) {
    return failed(code, message, Timings.none());
  }

  private static Answer failed(ErrorCode code, String message, Timings timings) {
    return new Answer.Failed(code, message, timings);
  }
}
