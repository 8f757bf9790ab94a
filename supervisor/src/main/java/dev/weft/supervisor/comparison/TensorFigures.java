package dev.weft.supervisor.comparison;

import dev.weft.supervisor.sketch.Rate;
import dev.weft.supervisor.sketch.Sketch;
import dev.weft.supervisor.sketch.ValueGrid;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one output tensor's comparison came to. Its parts are not written to any more.
 *
 * @param tensor name of the output
 * @param distances per frame, of the metrics that apply to it
 * @param shares per frame, of the metrics that apply to it
 * @param stable elements of the stable variant's outputs
 * @param candidate elements of the candidate's
 * @param worst frames, worst first; at most {@link ComparisonSettings#WORST_MAX}
 */
public record TensorFigures(
    String tensor,
    Map<Metric, Sketch> distances,
    Map<Metric, Rate> shares,
    ValueGrid stable,
    ValueGrid candidate,
    List<WorstFrame> worst) {

  /** Bins of {@link #psi()}. */
  public static final int PSI_BINS = 10;

  public TensorFigures {
    distances = Map.copyOf(distances);
    shares = Map.copyOf(shares);
    worst = List.copyOf(worst);
  }

  /** Of distances and shares alone. */
  public TensorFigures(String tensor, Map<Metric, Sketch> distances, Map<Metric, Rate> shares) {
    this(tensor, distances, shares, ValueGrid.empty(), ValueGrid.empty(), List.of());
  }

  /** Of each frame it applies to; empty if there was none. */
  public Optional<Sketch> distance(Metric metric) {
    return Optional.ofNullable(distances.get(metric));
  }

  /** Of each frame it applies to; {@link Rate#NONE} if there was none. */
  public Rate share(Metric metric) {
    return shares.getOrDefault(metric, Rate.NONE);
  }

  /**
   * Population stability index of the candidate's elements over {@value #PSI_BINS} bins; nats, NaN
   * of nothing.
   */
  public double psi() {
    return ValueGrid.psi(stable, candidate, PSI_BINS);
  }

  /** Largest difference of the elements' distribution functions; NaN of nothing. */
  public double ks() {
    return ValueGrid.ks(stable, candidate);
  }

  /**
   * Of both, made side by side.
   *
   * @throws IllegalArgumentException if they are of different outputs
   */
  public TensorFigures plus(TensorFigures other) {
    if (!tensor.equals(other.tensor)) {
      throw new IllegalArgumentException(
          "tensor: '%s' (expected: '%s')".formatted(other.tensor, tensor));
    }
    var bothDistances = new EnumMap<Metric, Sketch>(Metric.class);
    distances.forEach((metric, sketch) -> bothDistances.put(metric, sketch.copy()));
    other.distances.forEach(
        (metric, sketch) -> bothDistances.merge(metric, sketch.copy(), TensorFigures::added));
    var bothShares = new EnumMap<Metric, Rate>(Metric.class);
    bothShares.putAll(shares);
    other.shares.forEach((metric, rate) -> bothShares.merge(metric, rate, Rate::plus));
    return new TensorFigures(
        tensor,
        bothDistances,
        bothShares,
        added(stable, other.stable),
        added(candidate, other.candidate),
        Worst.of(worst, other.worst));
  }

  private static Sketch added(Sketch to, Sketch more) {
    to.add(more);
    return to;
  }

  private static ValueGrid added(ValueGrid one, ValueGrid other) {
    var both = one.copy();
    both.add(other);
    return both;
  }
}
