package dev.weft.link.exchange;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.Map;

/** Settings for tests: the defaults, quicker, and with what a test needs. */
final class TestSettings {

  private static final Map<String, Object> QUICK =
      Map.of(
          "weft.link.exchange.heartbeat", Duration.ofMillis(100),
          "weft.link.exchange.silence-max", Duration.ofMillis(1_500),
          "weft.link.exchange.connect-timeout", Duration.ofMillis(2_000),
          "weft.link.exchange.farewell", Duration.ofMillis(100),
          "weft.link.exchange.breaker.open-min", Duration.ofMillis(100),
          "weft.link.exchange.breaker.open-max", Duration.ofMillis(400));

  private TestSettings() {}

  static ExchangeSettings quick() {
    return quick(Map.of());
  }

  /**
   * @param changes by the name below {@code weft.link.exchange}
   */
  static ExchangeSettings quick(Map<String, ?> changes) {
    var config =
        ConfigFactory.parseMap(changes)
            .atPath("weft.link.exchange")
            .withFallback(ConfigFactory.parseMap(QUICK))
            .withFallback(ConfigFactory.load());
    return ExchangeSettings.from(config);
  }
}
