package dev.weft.fabric.trace;

import dev.weft.fabric.manifest.Capture.Level;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.FrameTrace;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.fabric.trace.FrameRecord.AnswerRecord;
import dev.weft.fabric.trace.FrameRecord.Routing;
import dev.weft.fabric.trace.FrameRecord.StepRecord;
import dev.weft.fabric.trace.TensorRecord.Kept;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Tensor;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Makes the record of one frame of what it left. */
final class RecordMaker {

  /** Content up to this many bytes stands in the frame's own record. */
  private static final int INLINE_BYTES_MAX = 256;

  private final FrameTrace frame;
  private final Redaction redaction;
  private final Consumer<TraceRecord.Content> contents;
  private final String tenant;

  /**
   * @param contents takes content that is kept beside the frame
   */
  RecordMaker(FrameTrace frame, Redaction redaction, Consumer<TraceRecord.Content> contents) {
    this.frame = frame;
    this.redaction = redaction;
    this.contents = contents;
    this.tenant = attribute("tenant");
  }

  FrameRecord make(long epoch, String fingerprint, String manifestDigest) {
    return new FrameRecord(
        pipeline(),
        attribute("session"),
        tenant,
        epoch,
        frame.number(),
        frame.admittedAt(),
        frame.admittedNanos(),
        Duration.ofNanos(frame.budgetNanos()),
        frame.lane(),
        frame.seed(),
        fingerprint,
        manifestDigest,
        new Routing(
            sticky(),
            frame.switches().positions(frame::key),
            rules(),
            frame.switches().weights(),
            attribute("route")),
        frame.unpaired(),
        inputs(),
        steps(),
        answer(),
        cost(),
        false);
  }

  private String pipeline() {
    return frame.plan().manifest().name();
  }

  private Map<String, String> sticky() {
    var sticky = new LinkedHashMap<String, String>();
    var splits = frame.plan().manifest().splits().stream().map(split -> split.stickyBy());
    var shares =
        frame.switches().flags().values().stream()
            .filter(flag -> !flag.rule().isFixed())
            .map(flag -> flag.stickyBy());
    Stream.concat(splits, shares)
        .forEach(
            attribute -> {
              var value = frame.attributes().get(attribute);
              if (value != null) {
                sticky.put(attribute, value);
              }
            });
    return sticky;
  }

  /** Why gates are as they are, of those that are not as the manifest declares them. */
  private Map<String, String> rules() {
    var rules = new LinkedHashMap<String, String>();
    frame
        .switches()
        .flags()
        .forEach(
            (gate, flag) -> {
              if (!flag.isDeclared()) {
                rules.put(gate, flag.why());
              }
            });
    return rules;
  }

  private List<TensorRecord> inputs() {
    var declared = frame.plan().manifest().inputs();
    var inputs = new ArrayList<TensorRecord>();
    for (var i = 0; i < declared.size(); i++) {
      var tensor = frame.input(i);
      if (tensor != null) {
        var spec = declared.get(i).spec();
        inputs.add(record(spec.name(), tensor, kept(spec, tensor, Level.INPUTS)));
      }
    }
    return inputs;
  }

  private List<StepRecord> steps() {
    var steps = new ArrayList<StepRecord>();
    for (var skip : frame.skipped()) {
      if (frame.runs().stream().noneMatch(run -> run.step().name().equals(skip.step()))) {
        steps.add(
            new StepRecord(
                skip.step(),
                Decision.of(skip.reason()),
                0,
                "",
                "",
                List.of(),
                List.of(),
                Duration.ZERO,
                Duration.ZERO,
                ""));
      }
    }
    frame.runs().forEach(run -> steps.add(step(run)));
    return steps;
  }

  private StepRecord step(FrameTrace.Run run) {
    var arm = run.step().arms().get(run.arm());
    var outputs = new ArrayList<TensorRecord>();
    for (var i = 0; i < run.outputs().size(); i++) {
      var name = run.step().signature().outputs().get(i).name();
      outputs.add(record(name, run.outputs().get(i), TensorRecord.NOT_KEPT));
    }
    var shared = run.times().shared();
    return new StepRecord(
        run.step().name(),
        decision(run),
        run.arm(),
        arm.stage(),
        arm.variant(),
        outputs,
        shared == null ? List.of() : shared.frames(),
        Duration.ofNanos(run.times().queuedNanos()),
        Duration.ofNanos(run.times().ranNanos()),
        run.error().map(Enum::name).orElse(""));
  }

  private Decision decision(FrameTrace.Run run) {
    PlanStep step = run.step();
    if (run.error().isPresent()) {
      var wentOn = frame.skipped().stream().anyMatch(skip -> skip.step().equals(step.name()));
      return wentOn ? Decision.SKIPPED_STAGE_FAILED : Decision.FAILED;
    }
    if (frame.degraded().stream().anyMatch(each -> each.step().equals(step.name()))) {
      return Decision.RAN_CHEAPER;
    }
    if (step.trial().isPresent() && step.trial().get().arm() == run.arm()) {
      return Decision.RAN_CANDIDATE;
    }
    return step.split().isPresent() ? Decision.RAN_SPLIT : Decision.RAN_DECLARED;
  }

  private AnswerRecord answer() {
    var outputs = new ArrayList<TensorRecord>();
    for (var output : frame.outputs()) {
      var spec =
          new TensorSpec(
              output.name(),
              output.tensor().datatype(),
              List.of(),
              java.util.Optional.empty(),
              java.util.Optional.empty());
      outputs.add(
          record(output.name(), output.tensor(), kept(spec, output.tensor(), Level.OUTPUTS)));
    }
    return switch (frame.answer().orElseThrow()) {
      case Answer.Completed completed ->
          new AnswerRecord(AnswerRecord.Kind.COMPLETED, "", outputs, completed.timings().total());
      case Answer.Dropped dropped ->
          new AnswerRecord(
              AnswerRecord.Kind.DROPPED,
              dropped.reason().name(),
              List.of(),
              dropped.timings().total());
      case Answer.Failed failed ->
          new AnswerRecord(
              AnswerRecord.Kind.FAILED, failed.code().name(), List.of(), failed.timings().total());
    };
  }

  private Duration cost() {
    var nanos = 0L;
    for (var run : frame.runs()) {
      var shared = run.times().shared();
      nanos += run.times().ranNanos() / (shared == null ? 1 : shared.size());
    }
    return Duration.ofNanos(nanos);
  }

  private static TensorRecord record(String name, Tensor tensor, Kept kept) {
    return new TensorRecord(name, tensor.datatype(), tensor.shape(), TensorDigest.of(tensor), kept);
  }

  private Kept kept(TensorSpec spec, Tensor tensor, Level from) {
    if (frame.capture().level().compareTo(from) < 0) {
      return TensorRecord.NOT_KEPT;
    }
    var content = tensor.segment().toArray(ValueLayout.JAVA_BYTE);
    var redacted = redaction.kept(pipeline(), tenant, spec, content);
    if (redacted.isEmpty()) {
      return new TensorRecord.Redacted("");
    }
    var isChanged = redacted.get() != content;
    if (!isChanged && content.length <= INLINE_BYTES_MAX) {
      return new TensorRecord.Inline(content);
    }
    var digest = TensorDigest.of(redacted.get());
    contents.accept(new TraceRecord.Content(digest, redacted.get()));
    return isChanged ? new TensorRecord.Redacted(digest) : new TensorRecord.Beside(digest);
  }

  private String attribute(String name) {
    return frame.attributes().getOrDefault(name, "");
  }
}
