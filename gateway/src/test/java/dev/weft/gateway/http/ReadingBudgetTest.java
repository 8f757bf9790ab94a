package dev.weft.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.fabric.embedded.WeftException;
import dev.weft.stages.spi.ErrorCode;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReadingBudgetTest {

  @Test
  void whatIsTakenIsRefusedToOthersUntilItIsBack() {
    var budget = new ReadingBudget(10_000, Duration.ofMillis(1));
    try (var _ = budget.take(6_000)) {
      var problem = assertThrows(WeftException.class, () -> budget.take(6_000));
      assertEquals(ErrorCode.OVERLOADED, problem.code());
      budget.take(2_000).close();
    }
    budget.take(6_000).close();
  }

  @Test
  void allOfItCanBeTakenAndNothingCostsNothing() {
    var budget = new ReadingBudget(10_000, Duration.ofMillis(1));
    try (var _ = budget.take(10_000)) {
      budget.take(0).close();
      assertThrows(WeftException.class, () -> budget.take(1));
    }
  }
}
