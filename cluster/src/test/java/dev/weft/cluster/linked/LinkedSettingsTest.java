package dev.weft.cluster.linked;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.link.identity.Address;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinkedSettingsTest {

  private static LinkedSettings settings(String text) {
    return LinkedSettings.from(
        ConfigFactory.parseString(text).withFallback(ConfigFactory.load()).resolve());
  }

  private static String refusal(String text) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> settings(text)).getMessage());
  }

  @Test
  void nothingIsLinkedUnlessItIsSaid() {
    var settings = settings("");
    assertFalse(settings.isOpen());
    assertEquals(List.of(), settings.to());
  }

  @Test
  void anEdgeIsLinkedAndARegionAccepts() {
    assertTrue(settings("weft.cluster.linked.to = [\"hub:2\"]").isOpen());
    assertEquals(
        List.of(Address.of("hub:2")), settings("weft.cluster.linked.to = [\"hub:2\"]").to());
    assertTrue(settings("weft.cluster { role = REGION, linked.accept = on }").isAccepting());
  }

  @Test
  void whatDoesNotFitTheRoleIsRefused() {
    assertTrue(refusal("weft.cluster.linked.accept = on").contains("role: edge (expected: off"));
    assertTrue(
        refusal("weft.cluster { role = REGION, linked.to = [\"hub:2\"] }")
            .contains("role: region (expected: edge"));
    assertTrue(
        refusal("weft.cluster { role = REGION, linked { to = [\"hub:2\"], accept = on } }")
            .contains("accept: on, and the node is linked to"));
    assertTrue(refusal("weft.cluster.linked.nodes-max = 0").contains("nodes-max: 0"));
    assertTrue(refusal("weft.cluster.linked.to = [\"hub\"]").contains("expected: HOST:PORT"));
  }

  @Test
  void aRoundOfQuestionsEndsBeforeWhatWasToldIsStale() {
    var three = "weft.cluster { fact.stale-after = %s, linked.to = [\"a:2\", \"b:2\", \"c:2\"] }";
    assertEquals(Duration.ofSeconds(1), settings(three.formatted("6s")).answerTimeout());
    assertEquals(Duration.ofMillis(500), settings(three.formatted("2s")).answerTimeout());
    assertEquals(
        Duration.ofSeconds(3), settings("weft.cluster.fact.stale-after = 6s").answerTimeout());
  }
}
