package dev.weft.fabric.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoadSettingsTest {

  private static LoadSettings with(String text) {
    return LoadSettings.from(
        ConfigFactory.parseString("weft.fabric.load { %s }".formatted(text))
            .withFallback(ConfigFactory.load()));
  }

  private static void refused(String message, String text) {
    var refused = assertThrows(IllegalArgumentException.class, () -> with(text));
    assertEquals(message, refused.getMessage());
  }

  @Test
  void readsWhatIsSetOverTheDefaults() {
    var settings = with("dwell = 3s, cpu-demand.high = 0.7, count-own-program = off");
    assertEquals(Duration.ofSeconds(3), settings.dwell());
    assertEquals(new Rungs(0.3, 0.7, 0.9, 0.5), settings.cpuDemand());
    assertEquals(false, settings.countsOwnProgram());
  }

  @Test
  void refusesWhatDoesNotFit() {
    refused(
        "weft.fabric.load.cpu-demand.release: 0.6 (expected: <= 0.5)", "cpu-demand.release = 0.6");
    refused(
        "weft.fabric.load.memory-stall: elevated, high, critical: 0.3, 0.2, 0.5 (expected: > 0 and"
            + " in rising order)",
        "memory-stall.elevated = 0.3");
    refused(
        "weft.fabric.load.timer-lag-millis: release: 1.0 (expected: > 0 and < 1)",
        "timer-lag-millis.release = 1");
    refused("weft.fabric.load.dwell-max: PT16S (expected: >= PT20S)", "dwell = 20s");
    refused("weft.fabric.load.window: PT0.01S (expected: >= PT0.05S)", "window = 10ms");
  }
}
