package dev.weft.stages.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SpinBudgetTest {

  @Test
  void stopsWhenItNeverPaysAndTriesAgainNowAndThen() {
    var budget = new SpinBudget(100);
    var spins = 0;
    for (var wait = 0; wait < 6_400; wait++) {
      if (budget.nanos() > 0) {
        spins++;
        budget.spun(false);
      }
    }
    assertTrue(spins > 350 && spins < 450, spins + " spins");
  }

  @Test
  void goesOnWhileItPays() {
    var budget = new SpinBudget(100);
    for (var wait = 0; wait < 100; wait++) {
      assertEquals(100, budget.nanos());
      budget.spun(wait % 3 == 0);
    }
  }

  @Test
  void neverSpinsWhereItMayNot() {
    var budget = new SpinBudget(0);
    for (var wait = 0; wait < 200; wait++) {
      assertEquals(0, budget.nanos());
    }
  }
}
