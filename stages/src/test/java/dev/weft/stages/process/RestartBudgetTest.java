package dev.weft.stages.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.process.RestartBudget.Restart;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RestartBudgetTest {

  @Test
  void startsAtOnceThenAfterPausesThatDouble() {
    var budget = new RestartBudget(5, 1_000, 10);
    assertEquals(new Restart(100, false), budget.ended(100));
    assertEquals(new Restart(110, false), budget.ended(100));
    assertEquals(new Restart(120, false), budget.ended(100));
    assertEquals(new Restart(140, false), budget.ended(100));
  }

  @Test
  void waitsForTheWindowToPassWhenTooManyHaveEnded() {
    var budget = new RestartBudget(2, 1_000, 10);
    budget.ended(0);
    budget.ended(300);
    assertEquals(new Restart(1_000, true), budget.ended(400));
    assertEquals(new Restart(1_300, true), budget.ended(1_000));
  }

  @Test
  void forgetsWhatEndedLongAgo() {
    var budget = new RestartBudget(2, 1_000, 10);
    budget.ended(0);
    budget.ended(1);
    assertEquals(new Restart(5_000, false), budget.ended(5_000));
  }

  @Test
  void neverMoreStartsInAWindowThanTheBudgetAllows() {
    for (var seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      var max = 1 + random.nextInt(5);
      var budget = new RestartBudget(max, 1_000, random.nextInt(50));
      var ends = new ArrayList<Long>();
      var now = 0L;
      for (var i = 0; i < 100; i++) {
        now += random.nextInt(100);
        var at = budget.ended(now).atNanos();
        assertTrue(at >= now, "seed " + seed);
        ends.add(now);
        if (i >= max) {
          var span = at - ends.get(i - max);
          assertTrue(span >= 1_000, "seed %d: %d".formatted(seed, span));
        }
        now = at;
      }
    }
  }
}
