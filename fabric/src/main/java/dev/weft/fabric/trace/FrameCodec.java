package dev.weft.fabric.trace;

import com.google.protobuf.ByteString;
import dev.weft.api.trace.v1.Answer;
import dev.weft.api.trace.v1.Frame;
import dev.weft.api.trace.v1.Step;
import dev.weft.api.trace.v1.Weights;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.trace.FrameRecord.AnswerRecord;
import dev.weft.fabric.trace.FrameRecord.Routing;
import dev.weft.fabric.trace.FrameRecord.StepRecord;
import dev.weft.fabric.trace.TensorRecord.Beside;
import dev.weft.fabric.trace.TensorRecord.Inline;
import dev.weft.fabric.trace.TensorRecord.Kept;
import dev.weft.fabric.trace.TensorRecord.NotKept;
import dev.weft.fabric.trace.TensorRecord.Redacted;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;

/** A frame's record as its message. */
final class FrameCodec {

  private static final long BILLION = 1_000_000_000;

  private FrameCodec() {}

  static Frame encode(FrameRecord frame) {
    var built =
        Frame.newBuilder()
            .setPipeline(frame.pipeline())
            .setSession(frame.session())
            .setTenant(frame.tenant())
            .setEpoch(frame.epoch())
            .setNumber(frame.number())
            .setAdmittedUnixNanos(unixNanos(frame.admittedAt()))
            .setAdmittedNanos(frame.admittedNanos())
            .setBudgetNanos(frame.budget().toNanos())
            .setLane(frame.lane().word())
            .setSeed(frame.seed())
            .setFingerprint(frame.fingerprint())
            .setManifestDigest(frame.manifestDigest())
            // Sorted, as a map keeps the order in which it was filled.
            .putAllSticky(new TreeMap<>(frame.routing().sticky()))
            .putAllGates(new TreeMap<>(frame.routing().gates()))
            .putAllGateRules(new TreeMap<>(frame.routing().rules()))
            .setRoute(frame.routing().route())
            .addAllUnpaired(frame.unpaired())
            .setCostNanos(frame.cost().toNanos())
            .setDeferred(frame.isDeferred());
    new TreeMap<>(frame.routing().weights())
        .forEach(
            (split, weights) ->
                built.addWeights(Weights.newBuilder().setSplit(split).addAllWeight(weights)));
    frame.inputs().forEach(tensor -> built.addInputs(encode(tensor)));
    frame.steps().forEach(step -> built.addSteps(encode(step)));
    return built.setAnswer(encode(frame.answer())).build();
  }

  private static Step encode(StepRecord step) {
    var built =
        Step.newBuilder()
            .setName(step.name())
            .setDecision(Step.Decision.valueOf(step.decision().name()))
            .setArm(step.arm())
            .setStage(step.stage())
            .setVariant(step.variant())
            .addAllBatch(step.batch())
            .setQueuedNanos(step.queued().toNanos())
            .setRanNanos(step.ran().toNanos())
            .setError(step.error());
    step.outputs().forEach(tensor -> built.addOutputs(encode(tensor)));
    return built.build();
  }

  private static Answer encode(AnswerRecord answer) {
    var built =
        Answer.newBuilder()
            .setKind(Answer.Kind.valueOf(answer.kind().name()))
            .setReason(answer.reason())
            .setTotalNanos(answer.total().toNanos());
    answer.outputs().forEach(tensor -> built.addOutputs(encode(tensor)));
    return built.build();
  }

  private static dev.weft.api.trace.v1.Tensor encode(TensorRecord tensor) {
    var built =
        dev.weft.api.trace.v1.Tensor.newBuilder()
            .setName(tensor.name())
            .setDatatype(tensor.datatype().name())
            .setDigest(TraceCodec.bytes(tensor.digest()));
    for (var dim : tensor.shape().toArray()) {
      built.addShape(dim);
    }
    switch (tensor.kept()) {
      case NotKept _ -> built.setKept(dev.weft.api.trace.v1.Tensor.Kept.KEPT_NOT);
      case Beside(var content) ->
          built
              .setKept(dev.weft.api.trace.v1.Tensor.Kept.KEPT_BESIDE)
              .setContent(TraceCodec.bytes(content));
      case Redacted(var content) ->
          built
              .setKept(dev.weft.api.trace.v1.Tensor.Kept.KEPT_REDACTED)
              .setContent(TraceCodec.bytes(content));
      case Inline(var bytes) ->
          built
              .setKept(dev.weft.api.trace.v1.Tensor.Kept.KEPT_INLINE)
              .setInline(ByteString.copyFrom(bytes));
    }
    return built.build();
  }

  static FrameRecord decode(Frame frame) {
    var weights = new LinkedHashMap<String, List<Integer>>();
    frame.getWeightsList().forEach(each -> weights.put(each.getSplit(), each.getWeightList()));
    return new FrameRecord(
        frame.getPipeline(),
        frame.getSession(),
        frame.getTenant(),
        frame.getEpoch(),
        frame.getNumber(),
        instant(frame.getAdmittedUnixNanos()),
        frame.getAdmittedNanos(),
        Duration.ofNanos(frame.getBudgetNanos()),
        lane(frame.getLane()),
        frame.getSeed(),
        frame.getFingerprint(),
        frame.getManifestDigest(),
        new Routing(
            frame.getStickyMap(),
            frame.getGatesMap(),
            frame.getGateRulesMap(),
            weights,
            frame.getRoute()),
        frame.getUnpairedList(),
        frame.getInputsList().stream().map(FrameCodec::decode).toList(),
        frame.getStepsList().stream().map(FrameCodec::decode).toList(),
        decode(frame.getAnswer()),
        Duration.ofNanos(frame.getCostNanos()),
        frame.getDeferred());
  }

  private static StepRecord decode(Step step) {
    return new StepRecord(
        step.getName(),
        Decision.valueOf(step.getDecision().name()),
        step.getArm(),
        step.getStage(),
        step.getVariant(),
        step.getOutputsList().stream().map(FrameCodec::decode).toList(),
        step.getBatchList(),
        Duration.ofNanos(step.getQueuedNanos()),
        Duration.ofNanos(step.getRanNanos()),
        step.getError());
  }

  private static AnswerRecord decode(Answer answer) {
    return new AnswerRecord(
        AnswerRecord.Kind.valueOf(answer.getKind().name()),
        answer.getReason(),
        answer.getOutputsList().stream().map(FrameCodec::decode).toList(),
        Duration.ofNanos(answer.getTotalNanos()));
  }

  private static TensorRecord decode(dev.weft.api.trace.v1.Tensor tensor) {
    return new TensorRecord(
        tensor.getName(),
        Datatype.of(tensor.getDatatype())
            .orElseThrow(
                () ->
                    new TraceException(
                        "datatype: '%s' (expected: one of the Open Inference Protocol)"
                            .formatted(tensor.getDatatype()))),
        Shape.of(tensor.getShapeList().stream().mapToLong(Long::longValue).toArray()),
        TraceCodec.hex(tensor.getDigest()),
        kept(tensor));
  }

  private static Kept kept(dev.weft.api.trace.v1.Tensor tensor) {
    return switch (tensor.getKept()) {
      case KEPT_NOT, UNRECOGNIZED -> TensorRecord.NOT_KEPT;
      case KEPT_BESIDE -> new Beside(TraceCodec.hex(tensor.getContent()));
      case KEPT_REDACTED -> new Redacted(TraceCodec.hex(tensor.getContent()));
      case KEPT_INLINE -> new Inline(tensor.getInline().toByteArray());
    };
  }

  private static Lane lane(String word) {
    return Arrays.stream(Lane.values())
        .filter(lane -> lane.word().equals(word))
        .findFirst()
        .orElseThrow(
            () -> new TraceException("lane: '%s' (expected: a lane's word)".formatted(word)));
  }

  private static long unixNanos(Instant instant) {
    return instant.getEpochSecond() * BILLION + instant.getNano();
  }

  private static Instant instant(long unixNanos) {
    return Instant.ofEpochSecond(
        Math.floorDiv(unixNanos, BILLION), Math.floorMod(unixNanos, BILLION));
  }
}
