package dev.weft.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class SpreadTest {

  @Test
  void theMedianOfAnOddNumberIsOneOfThem() {
    assertEquals(new Spread(2, 3, 4), Spread.of(5, 1, 3, 2, 4));
  }

  @Test
  void quartilesLieBetweenNeighbours() {
    assertEquals(new Spread(1.75, 2.5, 3.25), Spread.of(4, 3, 2, 1));
  }

  @Test
  void oneRoundIsItsOwnSpread() {
    assertEquals(new Spread(7, 7, 7), Spread.of(7));
  }

  @Test
  void noRoundsAreRefused() {
    assertThrows(IllegalArgumentException.class, Spread::of);
  }
}
