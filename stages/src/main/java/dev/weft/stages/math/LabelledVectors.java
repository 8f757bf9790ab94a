package dev.weft.stages.math;

import dev.weft.stages.input.InputFile;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.StageSetup;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Known vectors, each with a label; a label's score is the best cosine of its vectors.
 *
 * <p>Vectors are kept at length 1 on the heap, labels in the order in which the file first has
 * them.
 */
final class LabelledVectors {

  static final List<String> FILES = List.of("vectors", "labels");

  private final float[][] vectors;
  private final int[] labelOf;
  private final Map<String, Integer> numbers;
  private final List<String> labels;

  private LabelledVectors(float[][] vectors, int[] labelOf, Map<String, Integer> numbers) {
    this.vectors = vectors;
    this.labelOf = labelOf;
    this.numbers = numbers;
    this.labels = List.copyOf(numbers.keySet());
  }

  /**
   * Reads {@code vectors}, a .npy file of FP32 [m, width], and {@code labels}, m lines.
   *
   * @throws StageException if a file is missing or wrong, or the two do not belong together
   */
  static LabelledVectors read(StageSetup setup) {
    var lines = LabelFile.read(setup.file("labels"));
    var vectors = readVectors(setup, lines.size());
    var numbers = new LinkedHashMap<String, Integer>();
    var labelOf = new int[lines.size()];
    for (var i = 0; i < labelOf.length; i++) {
      numbers.putIfAbsent(lines.get(i), numbers.size());
      labelOf[i] = numbers.getOrDefault(lines.get(i), 0);
    }
    return new LabelledVectors(vectors, labelOf, numbers);
  }

  private static float[][] readVectors(StageSetup setup, int labels) {
    var file = setup.file("vectors");
    var spec = TensorSpec.of("vectors", Datatype.FP32, "count", "width");
    try (var tensor = InputFile.read(file, spec, setup.pool())) {
      var rows = new Rows("vectors", tensor);
      if (rows.count() != labels) {
        throw new StageException(
            ErrorCode.BAD_ARTIFACT,
            "%d vectors in %s and %d labels in %s (expected: as many)"
                .formatted(rows.count(), file, labels, setup.file("labels")));
      }
      var vectors = new ArrayList<float[]>();
      for (var i = 0; i < rows.count(); i++) {
        var vector = rows.emptyRow();
        rows.read(i, vector);
        if (!toUnitLength(vector)) {
          throw new StageException(
              ErrorCode.BAD_ARTIFACT,
              "vectors %s: NaN or infinity in row %d (expected: numbers)".formatted(file, i));
        }
        vectors.add(vector);
      }
      return vectors.toArray(float[][]::new);
    } catch (StageException e) {
      throw new StageException(
          e.code() == ErrorCode.INVALID_INPUT ? ErrorCode.BAD_ARTIFACT : e.code(),
          "stage '%s': %s".formatted(setup.stage(), e.getMessage()),
          e);
    }
  }

  int width() {
    return vectors.length == 0 ? 0 : vectors[0].length;
  }

  /** Distinct labels, by number. */
  List<String> labels() {
    return labels;
  }

  /** Number of a label, or -1. */
  int number(String label) {
    return numbers.getOrDefault(label, -1);
  }

  /**
   * Cosine of {@code embedding} and the nearest vector of each label, by the label's number; -1 to
   * 1, and 0 for an embedding of zeros.
   *
   * @throws StageException if the embedding is of another width or has NaN or infinity in it
   */
  float[] scores(float[] embedding) {
    if (embedding.length != width()) {
      throw StageException.invalidInput(
          "embedding", "width " + embedding.length, Integer.toString(width()));
    }
    var unit = embedding.clone();
    if (!toUnitLength(unit)) {
      throw StageException.invalidInput("embedding", "NaN or infinity", "numbers");
    }
    var scores = new float[labels.size()];
    Arrays.fill(scores, Float.NEGATIVE_INFINITY);
    for (var i = 0; i < vectors.length; i++) {
      var label = labelOf[i];
      scores[label] = Math.max(scores[label], dot(vectors[i], unit));
    }
    return scores;
  }

  /** False if the vector has no finite length; zeros stay zeros. */
  private static boolean toUnitLength(float[] vector) {
    var squares = 0.0;
    for (var value : vector) {
      squares += (double) value * value;
    }
    var scale = squares > 0 ? 1 / Math.sqrt(squares) : 1;
    for (var i = 0; i < vector.length; i++) {
      vector[i] = (float) (vector[i] * scale);
    }
    return Double.isFinite(squares);
  }

  /** In four running sums, which rounds less than one and lets the processor overlap them. */
  private static float dot(float[] a, float[] b) {
    var whole = a.length & ~3;
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    for (var i = 0; i < whole; i += 4) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
    }
    for (var i = whole; i < a.length; i++) {
      s0 += a[i] * b[i];
    }
    return s0 + s1 + (s2 + s3);
  }
}
