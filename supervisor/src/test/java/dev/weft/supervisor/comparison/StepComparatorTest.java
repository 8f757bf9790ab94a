package dev.weft.supervisor.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Elements;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StepComparatorTest {

  private final TensorPool pool = new TensorPool(1 << 26, TensorPool.LeakTracing.OFF);
  private long number;

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void measuresDistancesOfQuantities() {
    var comparator = comparator(OutputKind.QUANTITIES);
    compare(comparator, floats(3, 4), floats(3, 2));

    var figures = figures(comparator);
    assertEquals(2, figures.distance(Metric.MAX_ABS).orElseThrow().quantile(0.5), 0.02);
    assertEquals(0.4, figures.distance(Metric.RELATIVE_L2).orElseThrow().quantile(0.5), 0.004);
    assertEquals(
        1 - 17 / 5.0 / Math.sqrt(13),
        figures.distance(Metric.COSINE_DISTANCE).orElseThrow().quantile(0.5),
        1e-3);
  }

  @Test
  void measuresDivergencesAndFlipsOfProbabilitiesItDetects() {
    var comparator = comparator(OutputKind.DETECTED);
    compare(comparator, floats(0.5f, 0.5f), floats(0.9f, 0.1f));
    compare(comparator, floats(0.6f, 0.4f), floats(0.4f, 0.6f));

    var figures = comparator.comparison().tensors().getFirst();
    assertEquals(0.5108, figures.distance(Metric.KL).orElseThrow().max(), 0.006);
    assertEquals(0.10175, figures.distance(Metric.JS).orElseThrow().max(), 0.0011);
    assertEquals(0.5, figures.share(Metric.TOP1_FLIPS).mean());
    assertEquals(new FrameReference("s", 1, 0), figures.worst().getFirst().frame());
    assertEquals(Metric.JS, figures.worst().getFirst().metric());
  }

  @Test
  void takesTheSoftmaxOfDeclaredLogits() {
    var probabilities = comparator(OutputKind.PROBABILITIES);
    compare(probabilities, floats(0.7f, 0.2f, 0.1f), floats(0.3f, 0.4f, 0.3f));
    var logits = comparator(OutputKind.LOGITS);
    compare(
        logits,
        floats((float) Math.log(0.7), (float) Math.log(0.2), (float) Math.log(0.1)),
        floats(5 + (float) Math.log(0.3), 5 + (float) Math.log(0.4), 5 + (float) Math.log(0.3)));

    var one = probabilities.comparison().tensors().getFirst().distance(Metric.KL).orElseThrow();
    var other = logits.comparison().tensors().getFirst().distance(Metric.KL).orElseThrow();
    assertEquals(one.max(), other.max(), one.max() * 0.02);
  }

  @Test
  void countsFlipsOfTheLargestFiveRowByRow() {
    var comparator = comparator(OutputKind.LOGITS);
    var stable = pool.allocate(Datatype.FP32, Shape.of(2, 7));
    stable.copyFromFloats(7, 6, 5, 4, 3, 2, 1, 7, 6, 5, 4, 3, 2, 1);
    var candidate = pool.allocate(Datatype.FP32, Shape.of(2, 7));
    candidate.copyFromFloats(6, 7, 5, 4, 3, 2, 1, 7, 6, 5, 4, 1, 2, 3);
    compare(comparator, stable, candidate);

    var figures = figures(comparator);
    assertEquals(0.5, figures.share(Metric.TOP1_FLIPS).mean());
    assertEquals(0.5, figures.share(Metric.TOPK_FLIPS).mean());
  }

  @Test
  void aTieIsNoFlip() {
    var comparator = comparator(OutputKind.LOGITS);
    compare(comparator, floats(2, 1), floats(1.5f, 1.5f));

    assertEquals(0, figures(comparator).share(Metric.TOP1_FLIPS).mean());
  }

  @Test
  void aNaNIsAFaultThatNamesTensorFrameAndElement() {
    var comparator = comparator(OutputKind.QUANTITIES);
    assertFalse(compare(comparator, floats(1, 2), floats(1, Float.NaN)));

    var comparison = comparator.comparison();
    assertEquals(1, comparison.faulty());
    assertEquals(
        "NOT_FINITE in 'y' of frame s/1/0: NaN at element 1 (expected: a number such as 2.0)",
        comparison.faults().getFirst().toString());
  }

  @Test
  void anInfinityIsAFaultUnlessTheStableHasItToo() {
    var comparator = comparator(OutputKind.LOGITS);
    var masked = new float[] {1, Float.NEGATIVE_INFINITY};

    assertTrue(compare(comparator, floats(masked), floats(masked)));
    assertFalse(compare(comparator, floats(1, 2), floats(masked)));
    assertTrue(compare(comparator, floats(masked), floats(1, -60_000)));
    assertEquals(1, comparator.comparison().faulty());
  }

  @Test
  void aFrameWithANaNOfTheStableSaysNothing() {
    var comparator = comparator(OutputKind.QUANTITIES);
    compare(comparator, floats(Float.NaN), floats(1));

    assertEquals(1, comparator.comparison().incomparable());
    assertEquals(0, comparator.comparison().faulty());
    assertTrue(figures(comparator).distances().isEmpty());
  }

  @Test
  void aNaNIsAFaultBesideAnotherOfTheStable() {
    var comparator = comparator(OutputKind.QUANTITIES);

    assertTrue(compare(comparator, floats(Float.NaN, 2), floats(Float.NaN, 3)));
    assertTrue(compare(comparator, floats(Float.NaN, 2), floats(Float.POSITIVE_INFINITY, 2)));
    assertFalse(compare(comparator, floats(Float.NaN, 2), floats(Float.NaN, Float.NaN)));
    assertFalse(compare(comparator, floats(Float.NaN, 2), floats(1, Float.NEGATIVE_INFINITY)));

    var comparison = comparator.comparison();
    assertEquals(2, comparison.incomparable());
    assertEquals(2, comparison.faulty());
    assertEquals(
        "NOT_FINITE in 'y' of frame s/1/2: NaN at element 1 (expected: a number such as 2.0)",
        comparison.faults().getFirst().toString());
  }

  @Test
  void findsANaNBeyondTheElementsItComparesWhateverTheStableHasElsewhere() {
    var comparator = comparator(OutputKind.QUANTITIES);
    var values = new float[ComparisonSettings.ELEMENTS_MAX + 2];
    values[values.length - 1] = Float.NEGATIVE_INFINITY;
    assertTrue(compare(comparator, floats(values), floats(values)));
    var stable = floats(values);
    values[values.length - 2] = Float.NaN;

    assertFalse(compare(comparator, stable, floats(values)));
    assertTrue(
        comparator.comparison().faults().getFirst().what().contains("NaN at element 1048576 "),
        comparator.comparison().faults().toString());
  }

  @Test
  void findsANaNBeyondTheElementsItCompares() {
    var comparator = comparator(OutputKind.QUANTITIES);
    var values = new float[ComparisonSettings.ELEMENTS_MAX + 2];
    var stable = floats(values);
    values[values.length - 1] = Float.NaN;

    assertFalse(compare(comparator, stable, floats(values)));
  }

  @Test
  void anotherShapeOrDatatypeIsAFault() {
    var comparator = comparator(OutputKind.DETECTED);
    assertFalse(compare(comparator, floats(1, 2), floats(1, 2, 3)));
    var whole = Elements.filled(pool, Datatype.INT64, Shape.of(1, 2), List.of(1L, 2L));
    assertFalse(compare(comparator, floats(1, 2), whole));

    var faults = comparator.comparison().faults();
    assertEquals(Fault.Kind.SHAPE, faults.get(0).kind());
    assertEquals("[1, 3] (expected: [1, 2])", faults.get(0).what());
    assertEquals("INT64 (expected: FP32)", faults.get(1).what());
  }

  @Test
  void comparesEveryDatatype() {
    for (var datatype : Datatype.values()) {
      var comparator = comparator(OutputKind.DETECTED);
      var isNumber = datatype != Datatype.BYTES && datatype != Datatype.BOOL;
      List<Object> one = isNumber ? List.of(1, 2) : List.of(true, false);
      List<Object> other = isNumber ? List.of(1, 3) : List.of(true, true);
      if (datatype == Datatype.BYTES) {
        one = List.of("a", "b");
        other = List.of("a", "c");
      }
      compare(
          comparator,
          Elements.filled(pool, datatype, Shape.of(1, 2), one),
          Elements.filled(pool, datatype, Shape.of(1, 2), other));
      var figures = comparator.comparison().tensors().getFirst();
      if (OutputKind.DETECTED.given(datatype) == OutputKind.NAMES) {
        assertEquals(0.5, figures.share(Metric.MISMATCHES).mean(), datatype.name());
      } else {
        assertEquals(
            1, figures.distance(Metric.MAX_ABS).orElseThrow().max(), 0.01, datatype.name());
      }
    }
  }

  @Test
  void comparesTextsAsNames() {
    var comparator = comparator(OutputKind.DETECTED);
    compare(comparator, strings("exit", "toilet"), strings("exit", "ticket"));

    assertEquals(0.5, figures(comparator).share(Metric.MISMATCHES).mean());
  }

  @Test
  void keepsNeighboursUnderARotationAndLosesThemToNoise() {
    var kept = comparator(OutputKind.EMBEDDING);
    var lost = comparator(OutputKind.EMBEDDING);
    var random = new SplittableRandom(5);
    for (var i = 0; i < 300; i++) {
      var row = gaussians(random, 16);
      var turned = new float[16];
      for (var j = 0; j < 16; j++) {
        turned[j] = row[(j + 3) % 16];
      }
      compare(kept, floats(row), floats(turned));
      compare(lost, floats(row), floats(gaussians(random, 16)));
    }

    assertEquals(0, mean(kept, Metric.NEIGHBOURS_LOST), 1e-12);
    assertTrue(
        mean(lost, Metric.NEIGHBOURS_LOST) > 0.8, "lost " + mean(lost, Metric.NEIGHBOURS_LOST));
  }

  @Test
  void namesTheTensorWithABadScaleAndItsTenWorstFrames() {
    var comparator = new StepComparator(List.of("boxes", "scores"), ComparisonSettings.usual());
    var random = new SplittableRandom(3);
    for (var i = 0; i < 400; i++) {
      var boxes = gaussians(random, 8);
      var scores = gaussians(random, 8);
      var reference = new FrameReference("s", 1, i);
      var bad = scaled(scores, i == 17 ? 3 : 1.3f);
      try (var a = floats(boxes);
          var b = floats(scores);
          var c = floats(scaled(boxes, 1.001f));
          var d = floats(bad)) {
        comparator.compare(reference, List.of(a, b), List.of(c, d));
      }
    }

    var comparison = comparator.comparison();
    var good = comparison.tensors().get(0).distance(Metric.RELATIVE_L2).orElseThrow();
    var bad = comparison.tensors().get(1).distance(Metric.RELATIVE_L2).orElseThrow();
    assertTrue(good.quantile(0.99) < 0.002 && bad.quantile(0.01) > 0.25);
    assertEquals(10, comparison.tensors().get(1).worst().size());
    assertEquals(17, comparison.tensors().get(1).worst().getFirst().frame().number());
    assertTrue(comparison.tensors().get(1).psi() > comparison.tensors().get(0).psi());
    assertEquals(10, comparison.worst().size());
  }

  @Test
  void twoSideBySideAddUpToTheOneOfAllFrames() {
    var all = comparator(OutputKind.QUANTITIES);
    var one = comparator(OutputKind.QUANTITIES);
    var other = comparator(OutputKind.QUANTITIES);
    for (var i = 0; i < 200; i++) {
      var random = new SplittableRandom(i);
      var stable = gaussians(random, 4);
      var candidate = gaussians(random, 4);
      number = i;
      compare(all, floats(stable), floats(candidate));
      number = i;
      compare(i % 2 == 0 ? one : other, floats(stable), floats(candidate));
    }

    var sum = one.comparison().plus(other.comparison());
    var whole = all.comparison();
    assertEquals(whole.frames(), sum.frames());
    assertEquals(whole.tensors().getFirst().worst(), sum.tensors().getFirst().worst());
    assertEquals(whole.tensors().getFirst().psi(), sum.tensors().getFirst().psi());
    assertEquals(whole.tensors().getFirst().ks(), sum.tensors().getFirst().ks());
    var ofWhole = whole.tensors().getFirst().distance(Metric.MAX_ABS).orElseThrow();
    var ofSum = sum.tensors().getFirst().distance(Metric.MAX_ABS).orElseThrow();
    IntStream.rangeClosed(1, 200)
        .forEach(rank -> assertEquals(ofWhole.highestAt(rank), ofSum.highestAt(rank)));
  }

  @Test
  void aComparisonDoesNotChangeWhenMoreFramesCome() {
    var comparator = comparator(OutputKind.QUANTITIES);
    compare(comparator, floats(1), floats(2));
    var before = comparator.comparison();
    compare(comparator, floats(1), floats(9));

    assertEquals(1, before.tensors().getFirst().distance(Metric.MAX_ABS).orElseThrow().samples());
  }

  @Test
  void leavesTheTensorsToTheirOwner() {
    var comparator = comparator(OutputKind.QUANTITIES);
    compare(comparator, floats(1), floats(2));

    assertEquals(0, pool.leased());
  }

  @Test
  void refusesAnotherNumberOfOutputs() {
    var comparator = comparator(OutputKind.QUANTITIES);
    var thrown =
        assertThrows(
            IllegalArgumentException.class,
            () -> comparator.compare(new FrameReference("", 1, 1), List.of(), List.of()));
    assertEquals("outputs: 0 and 0 (expected: 1)", thrown.getMessage());
  }

  private static StepComparator comparator(OutputKind kind) {
    return new StepComparator(List.of("y"), ComparisonSettings.usual().with(Map.of("y", kind)));
  }

  private boolean compare(StepComparator comparator, Tensor stable, Tensor candidate) {
    try (stable;
        candidate) {
      return comparator.compare(
          new FrameReference("s", 1, number++), List.of(stable), List.of(candidate));
    }
  }

  private static TensorFigures figures(StepComparator comparator) {
    return comparator.comparison().tensors().getFirst();
  }

  private static double mean(StepComparator comparator, Metric metric) {
    return figures(comparator).share(metric).mean();
  }

  private Tensor floats(float... values) {
    var tensor = pool.allocate(Datatype.FP32, Shape.of(1, values.length));
    tensor.copyFromFloats(values);
    return tensor;
  }

  private Tensor strings(String... values) {
    var bytes = Arrays.stream(values).map(v -> v.getBytes(StandardCharsets.UTF_8)).toList();
    return pool.bytes(Shape.of(values.length), bytes);
  }

  private static float[] gaussians(SplittableRandom random, int count) {
    var values = new float[count];
    for (var i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static float[] scaled(float[] values, float by) {
    var scaled = values.clone();
    for (var i = 0; i < scaled.length; i++) {
      scaled[i] *= by;
    }
    return scaled;
  }
}
