package dev.weft.fabric.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TenantContextsTest {

  private final TenantContexts contexts = new TenantContexts(100);

  @Test
  void givesEachTenantSoMuchAndNoMore() {
    assertTrue(contexts.tryTake("acme", 60));
    assertFalse(contexts.tryTake("acme", 41));
    assertTrue(contexts.tryTake("acme", 40));
    assertTrue(contexts.tryTake("other", 100));
  }

  @Test
  void takesBackWhatIsNotNeededAndForgetsTenantsWithoutAny() {
    contexts.tryTake("acme", 60);
    contexts.giveBack("acme", 20);
    assertEquals(40, contexts.bytes("acme"));

    contexts.giveBack("acme", 40);
    assertEquals(0, contexts.bytes("acme"));
  }

  @Test
  void countsWhatARecoveredSessionHoldsEvenOverTheBound() {
    contexts.take("acme", 150);

    assertFalse(contexts.tryTake("acme", 1));
    assertEquals(150, contexts.bytes("acme"));
  }
}
