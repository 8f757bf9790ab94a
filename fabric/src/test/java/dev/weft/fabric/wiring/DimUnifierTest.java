package dev.weft.fabric.wiring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.spi.Dim;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Sizes that must be the same across a pipeline. */
class DimUnifierTest {

  @Test
  void carriesASizeThroughNamesItWasJoinedWith() {
    var dims = new DimUnifier();

    assertTrue(dims.unify("a", Dim.named("n"), "b", Dim.named("n")).isEmpty());
    assertTrue(dims.unify("b", Dim.named("n"), "c", Dim.named("rows")).isEmpty());
    assertTrue(dims.unify("a", Dim.named("n"), "d", Dim.any()).isEmpty());
    assertTrue(dims.unify("c", Dim.named("rows"), "d", Dim.fixed(3)).isEmpty());

    assertEquals(Optional.of("n = 3 <- 4"), dims.unify("a", Dim.named("n"), "e", Dim.fixed(4)));
    assertTrue(dims.unify("e", Dim.named("n"), "f", Dim.fixed(4)).isEmpty());
  }
}
