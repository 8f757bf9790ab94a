package dev.weft.supervisor.comparison;

import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Elements;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.supervisor.sketch.Rate;
import dev.weft.supervisor.sketch.Sketch;
import dev.weft.supervisor.sketch.ValueGrid;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Compares one output over many frames. Confined to one thread. */
final class OutputComparator {

  private static final double UNIT_ERROR = 1e-2;

  /** A prime, so that the first elements entered go through all residues of most strides. */
  private static final long STRIDE_STEP = 7_919;

  private final String name;
  private final OutputKind declared;
  private final ComparisonSettings settings;
  private final Map<Metric, Sketch> distances = new EnumMap<>(Metric.class);
  private final Map<Metric, Rate> shares = new EnumMap<>(Metric.class);
  private final ValueGrid stableGrid = ValueGrid.empty();
  private final ValueGrid candidateGrid = ValueGrid.empty();
  private final TensorValues stableValues = new TensorValues();
  private final TensorValues candidateValues = new TensorValues();
  private final Neighbours neighbours;
  private final Worst worst = new Worst();
  private long entered;

  OutputComparator(String name, ComparisonSettings settings) {
    this.name = name;
    this.declared = settings.kind(name);
    this.settings = settings;
    this.neighbours = new Neighbours(settings.neighbours(), settings.reservoir());
  }

  /** What a frame's outputs came to. */
  sealed interface Outcome {
    /** They were compared. */
    record Compared() implements Outcome {}

    /** The stable variant's holds a NaN, so that no distance can be told; no fault beside it. */
    record Incomparable() implements Outcome {}

    /** The candidate's is at fault. */
    record Faulty(Fault fault) implements Outcome {}
  }

  Outcome compare(FrameReference frame, Tensor stable, Tensor candidate) {
    var mismatch = mismatch(frame, stable, candidate);
    if (mismatch.isPresent()) {
      return new Outcome.Faulty(mismatch.get());
    }
    var kind = declared.given(stable.datatype());
    if (stable.datatype() == Datatype.BYTES) {
      compareNames(frame, NameMatch.share(stable.toByteStrings(), candidate.toByteStrings()));
      return new Outcome.Compared();
    }
    stableValues.read(stable);
    candidateValues.read(candidate);
    var at = firstFault(stable, candidate);
    if (at >= 0) {
      return new Outcome.Faulty(notFinite(frame, stable, candidate, at));
    }
    if (stableValues.hasNaN()) {
      return new Outcome.Incomparable();
    }
    if (kind == OutputKind.NAMES) {
      compareNames(
          frame,
          NameMatch.share(stableValues.values(), candidateValues.values(), stableValues.count()));
    } else {
      compareNumbers(frame, kind, stable.shape());
    }
    return new Outcome.Compared();
  }

  TensorFigures figures() {
    var copies = new EnumMap<Metric, Sketch>(Metric.class);
    distances.forEach((metric, sketch) -> copies.put(metric, sketch.copy()));
    return new TensorFigures(
        name, copies, shares, stableGrid.copy(), candidateGrid.copy(), worst.frames());
  }

  private Optional<Fault> mismatch(FrameReference frame, Tensor stable, Tensor candidate) {
    if (stable.datatype() != candidate.datatype()) {
      return Optional.of(
          fault(
              Fault.Kind.DATATYPE,
              frame,
              "%s (expected: %s)".formatted(candidate.datatype(), stable.datatype())));
    }
    return stable.shape().equals(candidate.shape())
        ? Optional.empty()
        : Optional.of(
            fault(
                Fault.Kind.SHAPE,
                frame,
                "%s (expected: %s)".formatted(candidate.shape(), stable.shape())));
  }

  /** Position of the first among all elements, those that are not compared too; -1 for none. */
  private long firstFault(Tensor stable, Tensor candidate) {
    long at = candidateValues.firstFault(stableValues);
    var isSound = at < 0 && candidate.datatype().isFloat();
    for (long i = candidateValues.count(); isSound && i < candidate.shape().elements(); i++) {
      var value = Elements.number(candidate, i);
      if (!Double.isFinite(value) && TensorValues.isFault(Elements.number(stable, i), value)) {
        return i;
      }
    }
    return at;
  }

  private Fault notFinite(FrameReference frame, Tensor stable, Tensor candidate, long at) {
    return fault(
        Fault.Kind.NOT_FINITE,
        frame,
        "%s at element %d (expected: a number such as %s)"
            .formatted(Elements.number(candidate, at), at, (float) Elements.number(stable, at)));
  }

  private Fault fault(Fault.Kind kind, FrameReference frame, String what) {
    return new Fault(kind, name, frame, what);
  }

  private void compareNames(FrameReference frame, double changed) {
    share(Metric.MISMATCHES, changed);
    worst.offer(frame, name, Metric.MISMATCHES, changed);
  }

  private void compareNumbers(FrameReference frame, OutputKind kind, Shape shape) {
    var stable = stableValues.values();
    var candidate = candidateValues.values();
    var count = stableValues.count();
    var apart = Distances.between(stable, candidate, count);
    distance(Metric.MAX_ABS, apart.maxAbs());
    distance(Metric.RELATIVE_L2, apart.relativeL2());
    distance(Metric.COSINE_DISTANCE, apart.cosine());
    enterGrids(count);
    var length = shape.rank() == 0 ? 1 : (int) Math.min(count, shape.dim(shape.rank() - 1));
    var rows = length == 0 ? 0 : count / length;
    var isClasses =
        switch (kind) {
          case PROBABILITIES, LOGITS -> rows > 0;
          case DETECTED -> Likelihoods.areProbabilities(stable, rows, length);
          case EMBEDDING, QUANTITIES, NAMES -> false;
        };
    if (isClasses) {
      compareClasses(frame, rows, length, kind == OutputKind.LOGITS);
      return;
    }
    worst.offer(frame, name, Metric.RELATIVE_L2, apart.relativeL2());
    var isEmbedding =
        kind == OutputKind.EMBEDDING || kind == OutputKind.DETECTED && isUnit(stable, length);
    if (isEmbedding && rows > 0 && length <= ComparisonSettings.EMBEDDING_MAX) {
      var lost = neighbours.lost(stable, candidate, length);
      if (lost >= 0) {
        share(Metric.NEIGHBOURS_LOST, lost);
      }
    }
  }

  private void compareClasses(FrameReference frame, int rows, int length, boolean areLogits) {
    var apart =
        Likelihoods.between(
            stableValues.values(),
            candidateValues.values(),
            rows,
            length,
            areLogits,
            settings.topK());
    distance(Metric.KL, apart.kl());
    distance(Metric.JS, apart.js());
    share(Metric.TOP1_FLIPS, apart.top1Flips());
    share(Metric.TOPK_FLIPS, apart.topKFlips());
    worst.offer(frame, name, Metric.JS, apart.js());
  }

  /** Elements at even distances, the same of both variants, and others in each frame. */
  private void enterGrids(int count) {
    var stride = Math.max(1, count / settings.gridElements());
    var first = (int) (entered++ * STRIDE_STEP % stride);
    for (var i = first; i < count; i += stride) {
      stableGrid.record(stableValues.values()[i]);
      candidateGrid.record(candidateValues.values()[i]);
    }
  }

  private void distance(Metric metric, double value) {
    distances.computeIfAbsent(metric, _ -> Sketch.of(Sketch.Scale.DISTANCE)).record(value);
  }

  private void share(Metric metric, double value) {
    shares.merge(metric, Rate.NONE.plus(value), Rate::plus);
  }

  private static boolean isUnit(double[] row, int length) {
    if (length < 2) {
      return false;
    }
    var squares = Arrays.stream(row, 0, length).map(value -> value * value).sum();
    return Math.abs(squares - 1) < UNIT_ERROR;
  }
}
