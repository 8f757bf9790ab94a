package dev.weft.fabric.embedded;

import dev.weft.fabric.earlier.AnswerCache;
import dev.weft.fabric.earlier.Earlier;
import dev.weft.fabric.earlier.EarlierAnswers;
import dev.weft.fabric.earlier.Running;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.pipeline.Request;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.tensor.TensorMemoryException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Keeps the answers to frames that are submitted here, whichever way they go, and gives an earlier
 * one where there was neither time nor room for a frame's own. Threadsafe.
 */
final class EarlierWay implements FrameWay {

  private final EarlierAnswers answers;
  private final Supplier<FrameWay> beyond;
  private final TensorAllocator tensors;
  private final LongSupplier nanos;

  /**
   * @param beyond which way frames go from here
   * @param tensors lends the memory for answers that are given once more
   * @param nanos monotonic time
   */
  EarlierWay(
      EarlierAnswers answers,
      Supplier<FrameWay> beyond,
      TensorAllocator tensors,
      LongSupplier nanos) {
    this.answers = answers;
    this.beyond = beyond;
    this.tensors = tensors;
    this.nanos = nanos;
  }

  /** One frame under way. */
  private record Asked(
      Pipeline pipeline,
      Request request,
      FrameWay way,
      AnswerCache.Key key,
      Running then,
      int closings,
      long begun) {

    boolean mayBeKept() {
      return way.mayBeKept(pipeline, request);
    }
  }

  @Override
  public CompletableFuture<Answer> submit(Pipeline pipeline, Request request) {
    var way = beyond.get();
    var key = key(way, pipeline, request);
    if (key.isEmpty()) {
      return way.submit(pipeline, request);
    }
    var asked =
        new Asked(
            pipeline,
            request,
            way,
            key.get(),
            pipeline.running(),
            answers.closings(),
            nanos.getAsLong());
    var run = way.submit(pipeline, request, () -> earlier(asked));
    var result = new CompletableFuture<Answer>();
    run.whenComplete(
        (answer, problem) -> {
          if (problem != null) {
            result.completeExceptionally(problem);
          } else {
            give(asked, answer, result);
          }
        });
    result.whenComplete(
        (_, _) -> {
          if (result.isCancelled()) {
            run.cancel(true);
          }
        });
    return result;
  }

  /** Reads the inputs, at most once for each frame; if that fails, they go back. */
  private Optional<AnswerCache.Key> key(FrameWay way, Pipeline pipeline, Request request) {
    try {
      return way.mayBeKept(pipeline, request) ? answers.key(request) : Optional.empty();
    } catch (RuntimeException e) {
      request.inputs().values().forEach(tensor -> close(tensor, e));
      throw e;
    }
  }

  private static void close(Tensor tensor, RuntimeException cause) {
    try {
      tensor.close();
    } catch (IllegalStateException e) {
      cause.addSuppressed(e);
    }
  }

  private Optional<Earlier> earlier(Asked asked) {
    return asked.mayBeKept()
        ? answers.find(asked.key(), asked.pipeline().running())
        : Optional.empty();
  }

  /** Lets go of the last answer of a session that is closed. */
  void closed(String session) {
    answers.closed(session);
  }

  /** Lets go of all answers. */
  void forget() {
    answers.forget();
  }

  private void give(Asked asked, Answer answer, CompletableFuture<Answer> result) {
    var given = answer;
    try {
      given = given(asked, answer);
    } finally {
      if (!result.complete(given)) {
        given.close();
      }
    }
  }

  private Answer given(Asked asked, Answer answer) {
    return switch (answer) {
      case Answer.Completed completed -> {
        noted(asked, completed);
        yield completed;
      }
      case Answer.Dropped dropped ->
          isForLack(dropped.reason()) ? instead(asked, dropped) : dropped;
      case Answer.Failed failed -> isForLack(failed.code()) ? instead(asked, failed) : failed;
    };
  }

  private void noted(Asked asked, Answer.Completed answer) {
    if (answer.quality().stale().isPresent()) {
      asked.pipeline().counters().answeredStale();
    } else if (asked.mayBeKept()) {
      answers.keep(asked.key(), asked.then(), asked.pipeline().running(), asked.closings(), answer);
    }
  }

  private Answer instead(Asked asked, Answer own) {
    var earlier = earlier(asked);
    if (earlier.isEmpty()) {
      return own;
    }
    try {
      var answer = earlier.get().answer(tensors, nanos.getAsLong() - asked.begun());
      asked.pipeline().counters().answeredStale();
      return answer;
    } catch (TensorMemoryException e) {
      return own;
    }
  }

  /** Whether a frame was let go for lack of time or room, and nobody has a newer answer to come. */
  private static boolean isForLack(DropReason reason) {
    return switch (reason) {
      case IN_FLIGHT_LIMIT, IN_FLIGHT_BYTES, DEADLINE_OUT_OF_REACH, QUEUE_FULL, DEADLINE_EXCEEDED ->
          true;
      case SUPERSEDED, UNPAIRED, PAIRING_FULL, PREEMPTED, UNLOADING -> false;
    };
  }

  private static boolean isForLack(ErrorCode code) {
    return code == ErrorCode.UNAVAILABLE || code == ErrorCode.DEADLINE_EXCEEDED;
  }
}
