package dev.weft.cluster.frame;

import dev.weft.cluster.route.Packing;
import dev.weft.fabric.earlier.Earlier;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.pipeline.Timings;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Tensor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A frame on its way to where it runs.
 *
 * @param session whose it is; empty if it is of none
 * @param bounds where it may be
 * @param begun when, on the way's clock
 * @param patience time it had then
 * @param earlier what may be given in its place
 * @param result what its caller waits for
 */
record Passage(
    Pipeline pipeline,
    Request request,
    String session,
    Bounds bounds,
    long begun,
    Duration patience,
    Supplier<Optional<Earlier>> earlier,
    CompletableFuture<Answer> result) {

  private static final Duration LONGEST = Duration.ofDays(365);

  /** One in whose place nothing may be given. */
  static Passage begin(
      Pipeline pipeline, Request request, String session, Bounds bounds, long now) {
    return begin(pipeline, request, session, bounds, now, Optional::empty);
  }

  static Passage begin(
      Pipeline pipeline,
      Request request,
      String session,
      Bounds bounds,
      long now,
      Supplier<Optional<Earlier>> earlier) {
    return new Passage(
        pipeline,
        request,
        session,
        bounds,
        now,
        request.deadline().orElse(pipeline.manifest().deadline()),
        earlier,
        new CompletableFuture<>());
  }

  /** The same way with another request for the same tensors. */
  Passage asking(Request other) {
    return new Passage(pipeline, other, session, bounds, begun, patience, earlier, result);
  }

  /** The same frame with other bounds. */
  Passage within(Bounds others) {
    return new Passage(pipeline, request, session, others, begun, patience, earlier, result);
  }

  /** The same frame, in whose place nothing may be given. */
  Passage ownAnswerOnly() {
    return new Passage(
        pipeline, request, session, bounds, begun, patience, Optional::empty, result);
  }

  /**
   * A time that has passed is one that passes now; a later one than that of any process is none.
   */
  static Duration bounded(Duration time) {
    return time.isNegative() ? Duration.ZERO : time.compareTo(LONGEST) > 0 ? LONGEST : time;
  }

  Duration left(long now) {
    return patience.minusNanos(now - begun);
  }

  int lane() {
    return request.lane().orElse(pipeline.manifest().lane()).ordinal();
  }

  /**
   * @param packing which of its tensors are packed, and of those of its answer
   */
  byte[] payload(Packing packing) {
    return FrameCodec.frame(pipeline.name(), session, request, packing);
  }

  /**
   * Goes on when a step is done. Where the caller has given up meanwhile, or the step or what
   * follows fails, the frame ends: its tensors go back, and nobody waits for ever.
   *
   * @param step is given up when the caller gives up; must be the frame's alone
   */
  <T> void then(CompletableFuture<T> step, Consumer<T> next) {
    cancelledWithResult(step);
    step.whenComplete(
        (value, problem) -> {
          if (problem != null || result.isDone()) {
            abandon(problem);
            return;
          }
          try {
            next.accept(value);
          } catch (RuntimeException e) {
            abandon(e);
          }
        });
  }

  private void cancelledWithResult(CompletableFuture<?> step) {
    result.whenComplete(
        (_, _) -> {
          if (result.isCancelled()) {
            step.cancel(true);
          }
        });
  }

  private void abandon(@Nullable Throwable problem) {
    if (problem != null) {
      result.completeExceptionally(problem);
    }
    release();
  }

  private void release() {
    request.inputs().values().forEach(Tensor::close);
  }

  /** Runs it on this node in the time it has left; drops it if that is none. */
  void runHere(long now) {
    var left = left(now);
    if (!left.isPositive()) {
      refuse(
          new Answer.Dropped(
              DropReason.DEADLINE_EXCEEDED, pipeline.name(), Timings.elsewhere(now - begun)));
      return;
    }
    var run = pipeline.submitHere(request.within(left));
    cancelledWithResult(run);
    run.whenComplete(
        (answer, problem) -> {
          if (answer != null) {
            give(answer);
          } else if (problem != null) {
            result.completeExceptionally(problem);
          }
        });
  }

  /** Ends it with an answer that another node gave. */
  void end(Answer answer) {
    release();
    give(answer);
  }

  void fail(ErrorCode code, String why, long now) {
    end(new Answer.Failed(code, why, Timings.elsewhere(now - begun)));
  }

  /** Ends it without a run, which the pipeline counts. */
  void refuse(ErrorCode code, String why, long now) {
    refuse(new Answer.Failed(code, why, Timings.elsewhere(now - begun)));
  }

  void refuse(Answer refusal) {
    pipeline.turnAway(request, refusal).thenAccept(this::give);
  }

  private void give(Answer answer) {
    if (!result.complete(answer)) {
      answer.close();
    }
  }
}
