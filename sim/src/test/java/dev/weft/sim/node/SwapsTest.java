package dev.weft.sim.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SwapsTest {

  private final Swaps swaps = new Swaps();

  @Test
  void whileASwapIsUnderWayEitherVariantMayRunAndAfterItTheNewOne() {
    var before = swaps.offered();
    assertEquals("two", swaps.swap());
    assertTrue(swaps.isUnderWay());
    var during = swaps.offered();
    swaps.swapped("two", true);
    assertFalse(swaps.isUnderWay());
    var after = swaps.offered();

    assertEquals(List.of(1L), before.pluses());
    assertEquals(List.of(1L, 3L), during.pluses());
    assertEquals(List.of(3L), after.pluses());
    assertEquals("one", swaps.swap());
  }

  @Test
  void aSwapThatWasRefusedLeavesWhatRan() {
    swaps.swapped(swaps.swap(), false);

    assertEquals("one", swaps.running());
    assertEquals(List.of(1L), swaps.offered().pluses());
  }

  @Test
  void eachFrameOfAnEraIsAnsweredOnce() {
    var before = swaps.offered();
    swaps.swapped(swaps.swap(), true);
    swaps.offered().answered();
    assertEquals(1, swaps.checkEnded("p").size());

    before.answered();
    assertEquals(List.of(), swaps.checkEnded("p"));

    before.answered();
    assertEquals(1, swaps.checkEnded("p").size());
  }

  @Test
  void aNewLifeRunsWhatIsDeclared() {
    swaps.offered();
    swaps.swapped(swaps.swap(), true);
    swaps.beginLife();

    assertEquals("one", swaps.running());
    assertEquals(List.of(), swaps.checkEnded("p"));
  }
}
