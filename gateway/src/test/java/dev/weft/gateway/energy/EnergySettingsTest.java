package dev.weft.gateway.energy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnergySettingsTest {

  @Test
  void defaultsAreThoseOfTheDocumentation() {
    assertEquals(
        new EnergySettings(4, Duration.ofSeconds(1)), EnergySettings.from(ConfigFactory.load()));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, 1_001})
  void wattsAreWithinTheirRange(double watts) {
    var wrong =
        assertThrows(
            IllegalArgumentException.class, () -> new EnergySettings(watts, Duration.ofSeconds(1)));
    assertEquals(
        "weft.gateway.energy.watts-per-core: %s (expected: > 0 and <= 1000.0)".formatted(watts),
        wrong.getMessage());
  }

  /** Beyond that a counter could begin anew twice between two looks. */
  @Test
  void looksAreNotTooFarApart() {
    assertThrows(
        IllegalArgumentException.class, () -> new EnergySettings(4, Duration.ofSeconds(31)));
  }
}
