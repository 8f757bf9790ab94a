package dev.weft.supervisor.comparison;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * What the frames compared so far came to. Immutable in use; two made side by side add up.
 *
 * @param frames compared, with those at fault
 * @param incomparable frames in which the stable variant itself gave a NaN
 * @param faulty frames at fault, of which the first few are in {@code faults}
 * @param tensors in the order of the step's outputs
 * @param faults the first; at most {@value #FAULTS_MAX}
 */
public record Comparison(
    long frames, long incomparable, long faulty, List<TensorFigures> tensors, List<Fault> faults) {

  /** Faults kept: the first say what is wrong. */
  public static final int FAULTS_MAX = 16;

  /** Of no frame. */
  public static final Comparison NONE = new Comparison(0, 0, 0, List.of(), List.of());

  public Comparison {
    tensors = List.copyOf(tensors);
    faults = List.copyOf(faults.subList(0, Math.min(FAULTS_MAX, faults.size())));
  }

  /** Of both. */
  public Comparison plus(Comparison other) {
    var byName = new LinkedHashMap<String, TensorFigures>();
    tensors.forEach(each -> byName.put(each.tensor(), each));
    other.tensors.forEach(each -> byName.merge(each.tensor(), each, TensorFigures::plus));
    var bothFaults = new ArrayList<>(faults);
    bothFaults.addAll(other.faults);
    return new Comparison(
        frames + other.frames,
        incomparable + other.incomparable,
        faulty + other.faulty,
        List.copyOf(byName.values()),
        bothFaults);
  }

  /** The frames that differ most over all outputs, worst first of each in turn. */
  public List<WorstFrame> worst() {
    var frames = new ArrayList<WorstFrame>();
    for (var rank = 0; rank < ComparisonSettings.WORST_MAX; rank++) {
      for (var each : tensors) {
        if (rank < each.worst().size() && frames.size() < ComparisonSettings.WORST_MAX) {
          frames.add(each.worst().get(rank));
        }
      }
    }
    return frames;
  }
}
