package dev.weft.supervisor.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.supervisor.evidence.FigureRule.Take;
import org.junit.jupiter.api.Test;

/** Figures are dense where a step is young, never far apart, and bounded. */
class FigureRuleTest {

  @Test
  void linesAreNeverFartherApartThanAFortiethOfTheStepsTime() {
    var rule = new FigureRule(0, false);
    var last = 0L;
    for (var look = 1L; look <= 1_000_000; look++) {
      if (rule.look("shadow") == Take.LINE) {
        assertTrue(look - last <= look / FigureRule.PER_STRIDE + 1, last + " to " + look);
        last = look;
      }
    }
    assertTrue(rule.taken() < 700, "lines: " + rule.taken());
  }

  @Test
  void eachStepBeginsDense() {
    var rule = new FigureRule(0, false);
    for (var look = 0; look < 10_000; look++) {
      rule.look("shadow");
    }
    for (var look = 0; look < FigureRule.PER_STRIDE; look++) {
      assertEquals(Take.LINE, rule.look("1%"));
    }
    assertEquals(Take.PASSED_OVER, rule.look("1%"));
  }

  @Test
  void whatIsFullSaysSoOnceWhateverTheSteps() {
    var rule = new FigureRule(FigureRule.FIGURES_MAX - 1, false);
    assertEquals(Take.LINE, rule.look("a"));
    assertEquals(Take.FULL, rule.look("b"));
    assertEquals(Take.PASSED_OVER, rule.look("c"));
    assertEquals(FigureRule.FIGURES_MAX, rule.taken());
  }
}
