package dev.weft.fabric.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SwitchesTest {

  private static final Switches HALVES =
      new Switches(
          Map.of("rerank", new Flag("p.rerank", "session", FlagRule.ON, true)),
          Map.of("ab", List.of(50, 50)),
          Map.of());

  @Test
  void equalKeysMeetTheSameArm() {
    for (var i = 0; i < 1_000; i++) {
      assertEquals(HALVES.arm("ab", "session-" + i), HALVES.arm("ab", "session-" + i));
    }
  }

  @Test
  void armsGetTheirShareOfConsecutiveKeys() {
    var switches = new Switches(Map.of(), Map.of("ab", List.of(90, 10)), Map.of());
    var second = 0;
    for (var i = 0; i < 100_000; i++) {
      second += switches.arm("ab", Integer.toString(i));
    }
    assertEquals(10_000, second, 500);
  }

  @Test
  void raisingAnArmMovesNobodyAwayFromIt() {
    var before = new Switches(Map.of(), Map.of("ab", List.of(90, 10)), Map.of());
    var after = before.withWeights("ab", List.of(75, 25));
    for (var i = 0; i < 10_000; i++) {
      if (before.arm("ab", "key" + i) == 1) {
        assertEquals(1, after.arm("ab", "key" + i), "key" + i);
      }
    }
  }

  @Test
  void twoSplitsAreIndependent() {
    var both = new Switches(Map.of(), Map.of("a", List.of(50, 50), "b", List.of(50, 50)), Map.of());
    var agree = 0;
    for (var i = 0; i < 10_000; i++) {
      agree += both.arm("a", "key" + i) == both.arm("b", "key" + i) ? 1 : 0;
    }
    assertEquals(5_000, agree, 300);
  }

  @Test
  void anArmOfWeightZeroIsNeverMet() {
    var switches = new Switches(Map.of(), Map.of("ab", List.of(0, 1, 0)), Map.of());
    for (var i = 0; i < 10_000; i++) {
      assertEquals(1, switches.arm("ab", "key" + i));
    }
  }

  @Test
  void refusesAnUnknownGateNamingTheKnownOnes() {
    var error = assertThrows(IllegalArgumentException.class, () -> HALVES.withGate("rernk", false));
    assertEquals("gate: 'rernk' (expected: one of [rerank])", error.getMessage());
  }

  @Test
  void refusesWeightsThatDoNotFit() {
    assertTrue(refusal(List.of(1)).contains("expected: 2 weights >= 0"));
    assertTrue(refusal(List.of(-1, 2)).contains("expected: 2 weights >= 0"));
    assertTrue(refusal(List.of(0, 0)).contains("expected: a sum above 0"));
  }

  private static String refusal(List<Integer> weights) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> HALVES.withWeights("ab", weights))
            .getMessage());
  }
}
