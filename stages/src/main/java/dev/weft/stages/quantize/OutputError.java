package dev.weft.stages.quantize;

import dev.weft.stages.tensor.Tensor;
import java.util.Optional;

/**
 * How far one FP32 output of a model is from that of another, over a number of runs.
 *
 * @param maxAbs the largest difference of two numbers
 * @param relativeL2 root of all squared differences over that of all squared numbers of the
 *     original; 0 is equal
 * @param cosine mean over runs of the cosine between the two tensors, each taken as one vector; 1
 *     is the same direction
 * @param compared numbers of the original that were held against the other's; those that are not
 *     finite cannot be
 * @param broken runs in which the output was not there, had another shape, or numbers that are not
 *     finite where the original's are; the other figures leave them out
 */
public record OutputError(
    String output, double maxAbs, double relativeL2, double cosine, long compared, long broken) {

  /** Whether it says anything: an output that holds no number has no error. */
  public boolean isKnown() {
    return compared > 0 || broken > 0;
  }

  /** Adds runs up. */
  static final class Sum {

    private final String output;
    private double maxAbs;
    private double difference;
    private double energy;
    private double cosines;
    private long runs;
    private long compared;
    private long broken;

    Sum(String output) {
      this.output = output;
    }

    /**
     * @param other empty if the other model did not give it
     */
    void add(Tensor original, Optional<Tensor> other) {
      if (other.isEmpty() || !original.shape().equals(other.get().shape())) {
        broken++;
        return;
      }
      add(original.toFloats(), other.get().toFloats());
    }

    void add(float[] original, float[] other) {
      var squares = 0.0;
      var otherSquares = 0.0;
      var product = 0.0;
      var differences = 0.0;
      var max = 0.0;
      var finite = 0;
      for (var i = 0; i < original.length; i++) {
        double a = original[i];
        double b = other[i];
        if (!Double.isFinite(a)) {
          continue;
        }
        if (!Double.isFinite(b)) {
          broken++;
          return;
        }
        finite++;
        squares += a * a;
        otherSquares += b * b;
        product += a * b;
        differences += (a - b) * (a - b);
        max = Math.max(max, Math.abs(a - b));
      }
      if (finite == 0) {
        return;
      }
      runs++;
      compared += finite;
      maxAbs = Math.max(maxAbs, max);
      difference += differences;
      energy += squares;
      cosines += cosine(squares, otherSquares, product);
    }

    private static double cosine(double squares, double otherSquares, double product) {
      if (squares == 0 || otherSquares == 0) {
        return squares == otherSquares ? 1 : 0;
      }
      return product / Math.sqrt(squares) / Math.sqrt(otherSquares);
    }

    OutputError error() {
      var relative = energy > 0 ? Math.sqrt(difference / energy) : Math.sqrt(difference);
      return new OutputError(
          output, maxAbs, relative, runs == 0 ? 0 : cosines / runs, compared, broken);
    }
  }
}
