package dev.weft.supervisor.sketch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ValueGridTest {

  @Test
  void findsTheKolmogorovDistanceOfTwoNormals() {
    // sup |Phi(x) - Phi(x - 1)| = 2 Phi(1/2) - 1
    var one = normals(1, 100_000, 0);
    var other = normals(2, 100_000, 1);

    assertEquals(0.3829, ValueGrid.ks(one, other), 0.01);
    assertEquals(0, ValueGrid.ks(one, one));
  }

  @Test
  void findsThePopulationStabilityIndexOfTwoUniforms() {
    // Two bins of equal reference shares, of which the present has 3/4 and 1/4: ln(3)/4 + ...
    var reference = ValueGrid.empty();
    var present = ValueGrid.empty();
    for (var i = 0; i < 4_000; i++) {
      reference.record(i % 2 == 0 ? 1 : 2);
      present.record(i % 4 == 0 ? 2 : 1);
    }

    assertEquals(
        0.25 * Math.log(1.5) - 0.25 * Math.log(0.5), ValueGrid.psi(reference, present, 2), 1e-3);
  }

  @Test
  void anEqualDistributionHasAPsiOfAboutNothing() {
    var psi = ValueGrid.psi(normals(3, 20_000, 0), normals(4, 20_000, 0), 10);

    assertTrue(psi >= 0 && psi < 0.005, "psi " + psi);
  }

  @Test
  void ordersNumbersOfEitherSignAndAnySize() {
    var values = new double[] {-1e300, -7, -1e-6, 0, 1e-300, 1e-6, 7, Double.POSITIVE_INFINITY};
    for (var i = 1; i < values.length; i++) {
      var below = ValueGrid.empty();
      var above = ValueGrid.empty();
      below.record(values[i - 1]);
      above.record(values[i]);
      var isSmall = Math.abs(values[i]) < 1e-9 && Math.abs(values[i - 1]) < 1e-9;
      assertEquals(
          isSmall ? 0 : 1, ValueGrid.ks(below, above), values[i] + " above the one before");
    }
  }

  private static ValueGrid normals(long seed, int count, double mean) {
    var random = new SplittableRandom(seed);
    var grid = ValueGrid.empty();
    for (var i = 0; i < count; i++) {
      grid.record(mean + random.nextGaussian());
    }
    return grid;
  }
}
