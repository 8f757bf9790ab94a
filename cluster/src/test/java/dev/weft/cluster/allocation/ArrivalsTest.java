package dev.weft.cluster.allocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArrivalsTest {

  private static final int SHARDS = 60;
  private static final String TILL = "shop-7/till-3";
  private static final int SHARD = Shards.of(TILL, SHARDS);

  private final LocalitySettings settings = locality(true);
  private final AtomicLong nanos = new AtomicLong();
  private final Arrivals arrivals = new Arrivals(SHARDS, settings, nanos::get);

  private static LocalitySettings locality(boolean isOn) {
    return new LocalitySettings(isOn, 0.75, 1, Duration.ofSeconds(30), 0.5, 0.8);
  }

  private Map<Integer, Double> afterSeconds(int seconds, int frames) {
    for (var second = 0; second < seconds; second++) {
      for (var frame = 0; frame < frames; frame++) {
        arrivals.came(TILL);
      }
      nanos.addAndGet(1_000_000_000L);
      arrivals.rates();
    }
    return arrivals.rates();
  }

  @Test
  void aRateIsReachedSlowlyAndForgottenSlowly() {
    assertEquals(Map.of(), arrivals.rates());
    assertEquals(5 * (1 - Math.exp(-1)), afterSeconds(30, 5).get(SHARD), 1e-9);
    assertEquals(5, afterSeconds(600, 5).get(SHARD), 1e-3);
    assertEquals(5 * Math.exp(-1), afterSeconds(30, 0).get(SHARD), 1e-3);
    assertEquals(Map.of(), afterSeconds(300, 0), "too few to be worth telling");
  }

  @Test
  void howOftenItIsAskedMattersLittle() {
    for (var frame = 0; frame < 50; frame++) {
      arrivals.came(TILL);
    }
    nanos.addAndGet(10_000_000_000L);
    assertEquals(5 * (1 - Math.exp(-1 / 3.0)), arrivals.rates().get(SHARD), 1e-9);
    assertEquals(arrivals.rates(), arrivals.rates(), "no time has passed");
  }

  @Test
  void nothingIsToldWhereItIsOff() {
    var off = new Arrivals(SHARDS, locality(false), nanos::get);
    off.came(TILL);
    nanos.addAndGet(1_000_000_000L);
    assertEquals(Map.of(), off.rates());
  }

  @Test
  void aShardBelongsToTheNodeThatMostOfItsFramesComeTo() {
    assertEquals(
        Map.of("1", "a", "4", "b"),
        Attachments.of(
            Map.of(
                "a", Map.of(1, 3.0, 2, 2.9, 3, 0.9, 5, 2.0),
                "b", Map.of(1, 1.0, 2, 1.1, 4, 1.0, 5, 2.0)),
            Map.of(),
            settings));
    assertEquals(Map.of(), Attachments.of(Map.of("a", Map.of(1, 3.0)), Map.of(), locality(false)));
    assertEquals(Map.of(), Attachments.of(Map.of(), Map.of(), settings));
  }

  @Test
  void aNodeKeepsAShardWithHalfOfWhatBringsOne() {
    var arrivals = Map.of("a", Map.of(1, 0.5, 2, 1.1, 3, 0.4), "b", Map.of(1, 0.4, 2, 1.0));
    assertEquals(Map.of(), Attachments.of(arrivals, Map.of(), settings));
    assertEquals(
        Map.of("1", "a", "2", "a"),
        Attachments.of(arrivals, Map.of("1", "a", "2", "a", "3", "a"), settings));
    assertEquals(Map.of(), Attachments.of(arrivals, Map.of("1", "b", "2", "b"), settings));
  }

  @ParameterizedTest
  @CsvSource({
    "share = 0.5, share: 0.5",
    "share = 1.1, share: 1.1",
    "rate-min = 0, rate-min: 0.0",
    "over = 0s, over: PT0S",
    "attract-cpu-max = 0.9, attract-cpu-max: 0.9",
  })
  void aSettingOutOfItsBoundsIsNamed(String setting, String named) {
    var config =
        ConfigFactory.parseString("weft.cluster.allocation.locality." + setting)
            .withFallback(ConfigFactory.load());
    var refused =
        assertThrows(ConfigException.class, () -> AllocationSettings.from(config)).getMessage();
    assertTrue(refused.contains("locality." + named), refused);
  }
}
