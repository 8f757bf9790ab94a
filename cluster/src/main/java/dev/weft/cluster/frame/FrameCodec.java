package dev.weft.cluster.frame;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.api.cluster.v1.Frame;
import dev.weft.api.cluster.v1.FrameAnswer;
import dev.weft.api.cluster.v1.FrameCompleted;
import dev.weft.api.cluster.v1.FrameDegraded;
import dev.weft.api.cluster.v1.FrameDropped;
import dev.weft.api.cluster.v1.FrameElsewhere;
import dev.weft.api.cluster.v1.FrameFailed;
import dev.weft.api.cluster.v1.FrameSkipped;
import dev.weft.cluster.codec.Named;
import dev.weft.cluster.route.Packing;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.pipeline.Quality;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.pipeline.Skipped;
import dev.weft.fabric.pipeline.Timings;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Frames and answers as the data link carries them: {@code weft/cluster/v1/frames.proto}. */
final class FrameCodec {

  /** What came cannot be run, and why. */
  static final class FrameException extends Exception {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    FrameException(ErrorCode code, String message) {
      super(message, null, false, false);
      this.code = code;
    }

    ErrorCode code() {
      return code;
    }
  }

  /**
   * A frame as it came.
   *
   * @param session whose it is; empty if it may run anywhere
   * @param request owns its tensors
   * @param answerPacking which tensors of its answer are to be packed
   */
  record Incoming(String pipeline, String session, Request request, Packing answerPacking) {}

  private FrameCodec() {}

  /**
   * Copies; the request keeps its tensors.
   *
   * @param packing which of its tensors, and of those of its answer, are packed where that makes
   *     them smaller
   */
  static byte[] frame(String pipeline, String session, Request request, Packing packing) {
    var frame =
        Frame.newBuilder()
            .setPipeline(pipeline)
            .setSession(session)
            .putAllAttributes(request.attributes())
            .setLane(request.lane().map(Lane::name).orElse(""))
            .addAllUnpaired(request.unpaired())
            .setAnswerPacking(packing.number());
    request
        .inputs()
        .forEach((name, tensor) -> frame.addInputs(TensorCodec.tensor(name, tensor, packing)));
    return frame.build().toByteArray();
  }

  /**
   * @param tensors lends the memory for its inputs
   * @throws FrameException if it is no frame, or there is no memory for it
   */
  static Incoming frame(byte[] bytes, TensorAllocator tensors) throws FrameException {
    try {
      var frame = Frame.parseFrom(bytes);
      var lane = lane(frame.getLane());
      var inputs = TensorCodec.tensors(frame.getInputsList(), tensors);
      return new Incoming(
          frame.getPipeline(),
          frame.getSession(),
          new Request(
              inputs, frame.getAttributesMap(), lane, Optional.empty(), frame.getUnpairedList()),
          Packing.of(frame.getAnswerPacking()));
    } catch (InvalidProtocolBufferException e) {
      throw new FrameException(ErrorCode.INVALID_INPUT, "frame: " + e.getMessage());
    }
  }

  private static Optional<Lane> lane(String name) throws FrameException {
    if (name.isEmpty()) {
      return Optional.empty();
    }
    var lane = Named.find(Lane.class, name);
    if (lane.isEmpty()) {
      throw new FrameException(
          ErrorCode.INVALID_INPUT,
          "lane: '%s' (expected: one of %s)".formatted(name, List.of(Lane.values())));
    }
    return lane;
  }

  /**
   * Copies, and closes the answer. What is deferred is not waited for.
   *
   * @param packing which of its tensors are packed where that makes them smaller
   */
  static byte[] answer(Answer answer, Packing packing) {
    try (answer) {
      var message = FrameAnswer.newBuilder();
      switch (answer) {
        case Answer.Completed(var outputs, var quality, _) ->
            message.setCompleted(completed(outputs, quality, packing));
        case Answer.Dropped(var reason, var where, var retryAfter, _) ->
            message.setDropped(
                FrameDropped.newBuilder()
                    .setReason(reason.name())
                    .setWhere(where)
                    .setRetryAfterNanos(retryAfter.map(Duration::toNanos).orElse(0L)));
        case Answer.Failed(var code, var text, _) -> message.setFailed(failed(code, text));
      }
      return message.build().toByteArray();
    }
  }

  private static FrameCompleted completed(
      Map<String, Tensor> outputs, Quality quality, Packing packing) {
    var completed = FrameCompleted.newBuilder().addAllUnpaired(quality.unpaired());
    outputs.forEach(
        (name, tensor) -> completed.addOutputs(TensorCodec.tensor(name, tensor, packing)));
    for (var skipped : quality.skipped()) {
      completed.addSkipped(
          FrameSkipped.newBuilder().setStep(skipped.step()).setReason(skipped.reason().name()));
    }
    for (var degraded : quality.degraded()) {
      completed.addDegraded(
          FrameDegraded.newBuilder().setStep(degraded.step()).setVariant(degraded.variant()));
    }
    return completed.build();
  }

  private static FrameFailed failed(ErrorCode code, String text) {
    return FrameFailed.newBuilder().setCode(code.name()).setMessage(text).build();
  }

  static byte[] failure(ErrorCode code, String text) {
    return FrameAnswer.newBuilder().setFailed(failed(code, text)).build().toByteArray();
  }

  static byte[] elsewhere() {
    return FrameAnswer.newBuilder()
        .setElsewhere(FrameElsewhere.getDefaultInstance())
        .build()
        .toByteArray();
  }

  /**
   * An answer as it came; empty if the frame was not run, as its session is not there.
   *
   * @param totalNanos from the submit to the answer
   */
  static Optional<Answer> answer(byte[] bytes, TensorAllocator tensors, long totalNanos)
      throws FrameException {
    var timings = Timings.elsewhere(totalNanos);
    try {
      var message = FrameAnswer.parseFrom(bytes);
      return switch (message.getAnswerCase()) {
        case COMPLETED ->
            Optional.of(
                new Answer.Completed(
                    TensorCodec.tensors(message.getCompleted().getOutputsList(), tensors),
                    quality(message.getCompleted()),
                    timings));
        case DROPPED -> Optional.of(dropped(message.getDropped(), timings));
        case FAILED ->
            Optional.of(
                new Answer.Failed(
                    Named.find(message.getFailed().getCode(), ErrorCode.INTERNAL),
                    message.getFailed().getMessage(),
                    timings));
        case ELSEWHERE -> Optional.empty();
        case ANSWER_NOT_SET ->
            throw new FrameException(ErrorCode.INTERNAL, "answer: none this Weft knows");
      };
    } catch (InvalidProtocolBufferException e) {
      throw new FrameException(ErrorCode.INTERNAL, "answer: " + e.getMessage());
    }
  }

  private static Answer dropped(FrameDropped message, Timings timings) {
    var nanos = message.getRetryAfterNanos();
    return new Answer.Dropped(
        Named.find(message.getReason(), DropReason.QUEUE_FULL),
        message.getWhere(),
        nanos == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos)),
        timings);
  }

  private static Quality quality(FrameCompleted message) {
    return new Quality(
        message.getSkippedList().stream()
            .map(
                skipped ->
                    new Skipped(
                        skipped.getStep(),
                        Named.find(skipped.getReason(), Skipped.Reason.CONDITION_FALSE)))
            .toList(),
        message.getDegradedList().stream()
            .map(degraded -> new Quality.Degraded(degraded.getStep(), degraded.getVariant()))
            .toList(),
        message.getUnpairedList(),
        Optional.empty());
  }
}
