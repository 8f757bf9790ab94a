package dev.weft.gateway.tracing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingTest {

  @Test
  void everyNameOfOpenTelemetryIsRead() {
    assertEquals(new Sampling(false, Sampling.Root.ALWAYS_ON, 1), Sampling.of("always_on", "1"));
    assertEquals(
        new Sampling(true, Sampling.Root.ALWAYS_OFF, 1),
        Sampling.of("parentbased_always_off", "1"));
    assertEquals(
        new Sampling(true, Sampling.Root.TRACEIDRATIO, 0.25),
        Sampling.of(" parentbased_TraceIdRatio", "0.25"));
  }

  @Test
  void onlyOneThatBeginsTracesLooksAtRequestsThatSayNothing() {
    assertFalse(Sampling.of("parentbased_always_off", "1").mayBeginTraces());
    assertTrue(Sampling.of("parentbased_traceidratio", "0.1").mayBeginTraces());
  }

  @Test
  void anUnknownNameIsToldWithThoseThereAre() {
    var wrong = assertThrows(IllegalArgumentException.class, () -> Sampling.of("xray", "1"));
    assertEquals(
        "weft.gateway.tracing.sampler: 'xray' (expected: one of always_on, always_off,"
            + " traceidratio, or parentbased_ before one)",
        wrong.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "half", "1.5", "-0.1", "NaN"})
  void aRatioIsWithinItsRange(String ratio) {
    var wrong =
        assertThrows(IllegalArgumentException.class, () -> Sampling.of("traceidratio", ratio));
    assertTrue(
        String.valueOf(wrong.getMessage()).startsWith("weft.gateway.tracing.ratio: "),
        wrong.getMessage());
  }
}
