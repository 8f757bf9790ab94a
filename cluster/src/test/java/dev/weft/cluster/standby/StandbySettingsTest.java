package dev.weft.cluster.standby;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;

class StandbySettingsTest {

  @Test
  void noRecordLeavesTheNodeUnlessThatIsAskedFor() {
    var said = ConfigFactory.parseString("weft.fabric.trace.folder = frames");
    assertFalse(StandbySettings.from(said.withFallback(ConfigFactory.load())).isEnabled());
    var asked = ConfigFactory.parseString("weft.cluster.standby.enabled = on").withFallback(said);
    assertTrue(StandbySettings.from(asked.withFallback(ConfigFactory.load())).isEnabled());
  }
}
