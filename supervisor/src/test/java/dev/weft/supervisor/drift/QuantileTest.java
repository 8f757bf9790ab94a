package dev.weft.supervisor.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantileTest {

  /** M. Abramowitz and I. A. Stegun, "Handbook of Mathematical Functions", table 26.10. */
  @ParameterizedTest
  @CsvSource({
    "0.95, 1, 12.706",
    "0.95, 2, 4.303",
    "0.95, 4, 2.776",
    "0.95, 9, 2.262",
    "0.95, 19, 2.093",
    "0.95, 60, 2.000",
    "0.99, 1, 63.657",
    "0.99, 10, 3.169",
    "0.5, 3, 0.765"
  })
  void isThatOfTheTable(double confidence, double degrees, double quantile) {
    assertEquals(quantile, Quantile.student(confidence, degrees), 5e-4);
  }

  @Test
  void nearsTheNormalOneWithManyDegrees() {
    assertEquals(1.959964, Quantile.normal(0.95), 1e-6);
    assertEquals(Quantile.normal(0.95), Quantile.student(0.95, 1e6), 1e-5);
  }

  @Test
  void lastsBetweenWholeDegrees() {
    var between = Quantile.student(0.95, 1.5);

    assertEquals(true, between < 12.706 && between > 4.303, "" + between);
  }

  @Test
  void refusesWhatIsNoConfidenceAndNoDegree() {
    assertThrows(IllegalArgumentException.class, () -> Quantile.student(1, 3));
    assertThrows(IllegalArgumentException.class, () -> Quantile.normal(0));
    assertThrows(IllegalArgumentException.class, () -> Quantile.student(0.95, 0));
  }
}
