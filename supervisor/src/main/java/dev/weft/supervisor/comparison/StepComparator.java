package dev.weft.supervisor.comparison;

import dev.weft.stages.tensor.Tensor;
import dev.weft.supervisor.comparison.OutputComparator.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares a candidate's outputs of a step with the stable variant's, frame by frame, in memory
 * that does not grow with their number. Confined to one thread; each inference loop has its own,
 * and their {@link Comparison}s add up.
 */
public final class StepComparator {

  private final List<OutputComparator> outputs;
  private final List<Fault> faults = new ArrayList<>();
  private long frames;
  private long incomparable;
  private long faulty;

  /**
   * A comparator that has seen nothing.
   *
   * @param outputs names, in the order of the step's signature
   */
  public StepComparator(List<String> outputs, ComparisonSettings settings) {
    this.outputs = outputs.stream().map(name -> new OutputComparator(name, settings)).toList();
  }

  /**
   * Compares what both made of one frame's inputs.
   *
   * @param stable as many as there are outputs, in their order, as {@code candidate}; read only,
   *     and not after the return
   * @return whether the candidate's outputs are free of faults
   */
  public boolean compare(FrameReference frame, List<Tensor> stable, List<Tensor> candidate) {
    if (stable.size() != outputs.size() || candidate.size() != outputs.size()) {
      throw new IllegalArgumentException(
          "outputs: %d and %d (expected: %d)"
              .formatted(stable.size(), candidate.size(), outputs.size()));
    }
    var isFaulty = false;
    var isIncomparable = false;
    for (var i = 0; i < outputs.size(); i++) {
      switch (outputs.get(i).compare(frame, stable.get(i), candidate.get(i))) {
        case Outcome.Compared() -> {}
        case Outcome.Incomparable() -> isIncomparable = true;
        case Outcome.Faulty(var fault) -> {
          isFaulty = true;
          keep(fault);
        }
      }
    }
    frames++;
    incomparable += isIncomparable ? 1 : 0;
    faulty += isFaulty ? 1 : 0;
    return !isFaulty;
  }

  /** Takes note of a fault that shows in no output, such as a crash. */
  public void fault(Fault fault) {
    faulty++;
    keep(fault);
  }

  /** What the frames so far came to; a copy. */
  public Comparison comparison() {
    return new Comparison(
        frames,
        incomparable,
        faulty,
        outputs.stream().map(OutputComparator::figures).toList(),
        faults);
  }

  private void keep(Fault fault) {
    if (faults.size() < Comparison.FAULTS_MAX) {
      faults.add(fault);
    }
  }
}
