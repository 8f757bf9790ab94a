package dev.weft.link.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PulseTest {

  // A clock like this is allowed: its origin is any.
  private static final long BEGIN = -1_000_000_000L;
  private static final long MILLI = 1_000_000L;

  private final Pulse pulse = new Pulse(Duration.ofMillis(10), Duration.ofMillis(30));

  @Test
  void aNewConnectionIsAskedAtOnceAndThenOncePerHeartbeat() {
    pulse.begin(BEGIN);
    assertEquals(OptionalLong.of(1), pulse.ping(BEGIN));
    assertEquals(OptionalLong.empty(), pulse.ping(BEGIN + 9 * MILLI));
    assertEquals(OptionalLong.of(2), pulse.ping(BEGIN + 10 * MILLI));
  }

  @Test
  void onlyTheLastPingTellsTheRoundTrip() {
    pulse.begin(BEGIN);
    pulse.ping(BEGIN);
    pulse.ping(BEGIN + 10 * MILLI);
    pulse.pong(1, BEGIN + 12 * MILLI);
    assertEquals(Optional.empty(), pulse.roundTrip());
    pulse.pong(2, BEGIN + 13 * MILLI);
    assertEquals(Optional.of(Duration.ofMillis(3)), pulse.roundTrip());
  }

  @Test
  void isSilentWhenThereWasNoWordForSoLong() {
    pulse.begin(BEGIN);
    pulse.heard(BEGIN + 5 * MILLI);
    assertFalse(pulse.isSilent(BEGIN + 34 * MILLI));
    assertTrue(pulse.isSilent(BEGIN + 35 * MILLI));
  }
}
