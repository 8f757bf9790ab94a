package dev.weft.cluster.fact;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeFactsTest {

  private static final NodeFacts IDLE = FactBookTest.facts("till", 1, 7);
  private static final NodeFacts BUSY =
      IDLE.with(IDLE.state().draining(true).arriving(Map.of(3, 12.5)));

  @Test
  void itsOwnSiteIsToldWhatComesToIt() {
    assertEquals(BUSY, BUSY.toldAt("shop-7"));
  }

  @Test
  void anotherSiteIsToldAllButThat() {
    assertEquals(IDLE.with(IDLE.state().draining(true)), BUSY.toldAt("region"));
    assertEquals(IDLE, IDLE.toldAt("region"));
  }
}
