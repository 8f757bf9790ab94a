package dev.weft.app.drift;

import dev.weft.app.failure.WrongUse;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.fabric.replay.ReplayMode;
import dev.weft.fabric.trace.FrameRecord;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Tensor;
import dev.weft.supervisor.comparison.Comparison;
import dev.weft.supervisor.comparison.ComparisonSettings;
import dev.weft.supervisor.comparison.Fault;
import dev.weft.supervisor.comparison.FrameReference;
import dev.weft.supervisor.comparison.StepComparator;
import dev.weft.supervisor.drift.PairedOutcomes;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How another variant of a step compares with the one that was recorded: how far its outputs lie
 * off, and what it does to accuracy. Without labels the recorded variant's own answers stand for
 * the truth.
 */
public final class DriftEstimate implements ReplayMode.Beside.Observer {

  private final Optional<Labels> labels;
  private final Optional<String> output;
  private final PairedOutcomes outcomes;
  private final Map<Labels.Frame, Long> epochs = new HashMap<>();
  private @Nullable StepComparator comparator;
  private List<String> outputs = List.of();
  private long failed;
  private long ambiguous;

  /**
   * Labels of frames that were not compared.
   *
   * @param first place in the file and frame of the first of them
   */
  public record UnmetLabels(long count, String first) {}

  /**
   * An estimate of nothing yet.
   *
   * @param labels a file of them; empty for pseudo-labels
   * @param output of the step, the one that is right or wrong; empty for its first
   * @throws WrongUse naming file, line and field, if the labels cannot be read
   */
  public DriftEstimate(Optional<Path> labels, Optional<String> output) {
    this.labels = labels.map(Labels::read);
    this.outcomes = labels.isPresent() ? PairedOutcomes.byLabels() : PairedOutcomes.byStable();
    this.output = output;
  }

  @Override
  public void ran(FrameRecord frame, PlanStep step, List<Tensor> asRecorded, List<Tensor> beside) {
    var comparing = comparator(frame, step);
    var isSound = comparing.compare(reference(frame), asRecorded, beside);
    var answer = answerAt(outputs);
    judge(frame, asRecorded, isSound ? AnswerText.of(beside.get(answer)) : "", isSound);
  }

  @Override
  public void failed(
      FrameRecord frame, PlanStep step, List<Tensor> asRecorded, ErrorCode code, String message) {
    failed++;
    var what = "%s, %s".formatted(code, message);
    comparator(frame, step).fault(new Fault(kind(code), "", reference(frame), what));
    judge(frame, asRecorded, "", false);
  }

  private static Fault.Kind kind(ErrorCode code) {
    return switch (code) {
      case STAGE_CRASHED -> Fault.Kind.CRASH;
      case STAGE_BROKE_CONTRACT -> Fault.Kind.SHAPE;
      case STAGE_FAILED,
          INVALID_INPUT,
          NOT_FOUND,
          INVALID_MANIFEST,
          CANCELLED,
          FAILED_PRECONDITION,
          BAD_ARTIFACT,
          OUT_OF_MEMORY,
          OVERLOADED,
          DEADLINE_EXCEEDED,
          UNAVAILABLE,
          IO_FAILED,
          INTERNAL ->
          Fault.Kind.FAILED;
    };
  }

  private StepComparator comparator(FrameRecord frame, PlanStep step) {
    var names = step.signature().outputs().stream().map(each -> each.name()).toList();
    if (comparator == null) {
      outputs = names;
      comparator = new StepComparator(names, ComparisonSettings.usual());
    } else if (!outputs.equals(names)) {
      throw new WrongUse(
          "step '%s' of pipeline '%s' gives %s, another's %s (expected: --pipeline with one of them)"
              .formatted(step.name(), frame.pipeline(), names, outputs));
    }
    return comparator;
  }

  /** An answer that is not sound, or did not come, is wrong whatever is true. */
  private void judge(
      FrameRecord frame, List<Tensor> asRecorded, String candidate, boolean isSound) {
    var answer = asRecorded.get(answerAt(outputs));
    var stable = AnswerText.of(answer);
    truth(frame, answer, stable)
        .ifPresent(
            truth ->
                outcomes.add(
                    frame.session(), truth.equals(stable), isSound && truth.equals(candidate)));
  }

  /** How far outputs lie off. */
  public Comparison comparison() {
    return comparator == null ? Comparison.NONE : comparator.comparison();
  }

  /** Which of the two was right on labelled frames. */
  public PairedOutcomes outcomes() {
    return outcomes;
  }

  /** Labels there are; empty if the recorded answers stand for the truth. */
  public Optional<Integer> labels() {
    return labels.map(Labels::size);
  }

  /** Labels that are of no compared frame; empty if each is of one. */
  public Optional<UnmetLabels> unmetLabels() {
    return labels.flatMap(given -> given.unmet(epochs.keySet()));
  }

  /** The output that was right or wrong; empty if nothing was compared. */
  public Optional<String> output() {
    return outputs.isEmpty() ? Optional.empty() : Optional.of(outputs.get(answerAt(outputs)));
  }

  /** Frames on which the other variant failed. */
  public long failed() {
    return failed;
  }

  /** Frames left out as a label names them and an earlier one of another process. */
  public long ambiguous() {
    return ambiguous;
  }

  private int answerAt(List<String> names) {
    if (output.isEmpty()) {
      return 0;
    }
    var at = names.indexOf(output.get());
    if (at < 0) {
      throw new WrongUse("--output: '%s' (expected: one of %s)".formatted(output.get(), names));
    }
    return at;
  }

  private Optional<String> truth(FrameRecord frame, Tensor answer, String stable) {
    if (labels.isEmpty()) {
      return Optional.of(stable);
    }
    var named = new Labels.Frame(frame.session(), frame.number());
    var label = labels.get().of(named);
    if (label.isEmpty()) {
      return Optional.empty();
    }
    var epoch = epochs.putIfAbsent(named, frame.epoch());
    if (epoch != null && epoch != frame.epoch()) {
      ambiguous++;
      return Optional.empty();
    }
    return Optional.of(labels.get().truth(label.get(), answer));
  }

  private static FrameReference reference(FrameRecord frame) {
    return new FrameReference(frame.session(), frame.epoch(), frame.number());
  }
}
