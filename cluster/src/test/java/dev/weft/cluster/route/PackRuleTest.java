package dev.weft.cluster.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PackRuleTest {

  private static LinkState link(long roundTripMillis, long bytesPerSecond) {
    return new LinkState(Duration.ofMillis(roundTripMillis), bytesPerSecond, true);
  }

  private static Config said(String value) {
    return ConfigFactory.parseString("weft.cluster.route.compression = " + value)
        .withFallback(ConfigFactory.load());
  }

  @Test
  void packsOverSlowLinksToOtherMachinesOnlyAndTheSlowerTheMore() {
    var auto = PackRule.from(ConfigFactory.load());
    var far = "region-1.example.org";
    assertEquals(Packing.WHAT_IS_QUICK, auto.of(far, link(20, 10_000_000)));
    assertEquals(Packing.EVERYTHING, auto.of(far, link(20, 1_000_000)));
    for (var here : List.of("127.0.0.1", "localhost")) {
      assertEquals(Packing.NOTHING, auto.of(here, link(20, 1_000_000)));
    }
    assertEquals(Packing.NOTHING, auto.of(far, link(0, 1_000_000)), "the same building");
    assertEquals(Packing.NOTHING, auto.of(far, link(20, 100_000_000)), "as fast as packing");
    assertEquals(Packing.NOTHING, PackRule.from(said("off")).of(far, link(20, 1_000_000)));
  }

  @Test
  void tellsWhatCanBeSaid() {
    assertEquals(new PackRule(true), PackRule.from(said("auto")));
    assertEquals(new PackRule(false), PackRule.from(said("off")));
    var wrong = assertThrows(ConfigException.class, () -> PackRule.from(said("on")));
    assertTrue(String.valueOf(wrong.getMessage()).contains("'on' (expected: auto or off)"));
  }
}
