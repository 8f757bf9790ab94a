package dev.weft.supervisor.sketch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.supervisor.sketch.Sketch.Scale;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SketchTest {

  @Test
  void everyRankLiesBetweenTheEndsItsStepGives() {
    for (var seed = 0; seed < 20; seed++) {
      var random = new SplittableRandom(seed);
      var values = random.doubles(500).map(u -> Math.exp(14 + 4 * u)).toArray();
      var sketch = Sketch.of(Scale.NANOS);
      Arrays.stream(values).forEach(sketch::record);
      Arrays.sort(values);
      for (var rank = 1; rank <= values.length; rank++) {
        var value = values[rank - 1];
        var low = sketch.lowestAt(rank);
        var high = sketch.highestAt(rank);
        assertTrue(
            low <= value && value <= high && high - low <= value * 2e-3 + 2,
            "seed %d, rank %d: %s in [%s, %s]".formatted(seed, rank, value, low, high));
      }
    }
  }

  @Test
  void whatMayBeAboveABoundAndWhatSurelyIsEncloseTheTruth() {
    for (var seed = 0; seed < 50; seed++) {
      var random = new SplittableRandom(seed);
      var values = random.doubles(300).map(u -> Math.pow(10, -8 + 9 * u)).toArray();
      var sketch = Sketch.of(Scale.DISTANCE);
      Arrays.stream(values).forEach(sketch::record);
      var bound = Math.pow(10, -8 + 9 * random.nextDouble());
      var truth = Arrays.stream(values).filter(value -> value > bound).count();
      assertTrue(
          sketch.countSurelyAbove(bound) <= truth && truth <= sketch.countAbove(bound),
          "seed %d: %d above %s".formatted(seed, truth, bound));
    }
  }

  @Test
  void aZeroIsNotAboveZeroAndTheSmallestNumberIs() {
    var sketch = Sketch.of(Scale.DISTANCE);
    sketch.record(0);
    sketch.record(Double.MIN_VALUE);

    assertEquals(1, sketch.countAbove(0));
  }

  @Test
  void twoAddUpToTheOneOfAll() {
    var all = Sketch.of(Scale.DISTANCE);
    var one = Sketch.of(Scale.DISTANCE);
    var other = Sketch.of(Scale.DISTANCE);
    var random = new SplittableRandom(7);
    for (var i = 0; i < 1_000; i++) {
      var value = Math.exp(random.nextGaussian());
      all.record(value);
      (i % 3 == 0 ? one : other).record(value);
    }
    one.add(other);

    assertEquals(all.samples(), one.samples());
    for (var rank = 1; rank <= 1_000; rank++) {
      assertEquals(all.highestAt(rank), one.highestAt(rank));
    }
  }

  @Test
  void whatLiesBeyondTheScaleCountsAtItsEnd() {
    var sketch = Sketch.of(Scale.NANOS);
    sketch.record(Double.POSITIVE_INFINITY);

    assertEquals(1, sketch.countSurelyAbove(1e11));
    assertTrue(sketch.byteSize() < 1 << 20, sketch.byteSize() + " bytes");
  }

  @Test
  void refusesWhatIsNoDistance() {
    var sketch = Sketch.of(Scale.DISTANCE);
    var thrown = assertThrows(IllegalArgumentException.class, () -> sketch.record(Double.NaN));

    assertEquals("value: NaN (expected: >= 0)", thrown.getMessage());
    assertThrows(IllegalArgumentException.class, () -> sketch.add(Sketch.of(Scale.NANOS)));
    assertThrows(IllegalArgumentException.class, () -> sketch.lowestAt(1));
  }

  @Test
  void hasNoQuantileOfNothing() {
    assertTrue(Double.isNaN(Sketch.of(Scale.NANOS).quantile(0.5)));
  }
}
