package dev.weft.client.retry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  private final RetryPolicy policy =
      new RetryPolicy(5, Duration.ofMillis(100), Duration.ofMillis(300));

  private Optional<Duration> backoff(int failed, double random) {
    return policy.wait(failed, LONG, Optional.empty(), random);
  }

  @Test
  void waitsDoubleUpToAMostAndAreSpreadOverTheirSecondHalf() {
    assertEquals(Optional.of(Duration.ofMillis(50)), backoff(1, 0));
    assertEquals(Optional.of(Duration.ofMillis(75)), backoff(1, 0.5));
    assertEquals(Optional.of(Duration.ofMillis(100)), backoff(2, 0));
    assertEquals(Optional.of(Duration.ofMillis(150)), backoff(3, 0));
    assertEquals(Optional.of(Duration.ofMillis(150)), backoff(4, 0));
  }

  @Test
  void theServersWordCountsAndIsNeverUndercut() {
    var asked = Optional.of(Duration.ofSeconds(7));
    assertEquals(asked, policy.wait(1, LONG, asked, 0));
    assertEquals(Optional.of(Duration.ofMillis(7_350)), policy.wait(1, LONG, asked, 0.5));
  }

  @Test
  void whatWouldComeTooLateIsNotSent() {
    var asked = Optional.of(Duration.ofSeconds(7));
    assertEquals(Optional.empty(), policy.wait(1, Duration.ofSeconds(7), asked, 0));
    assertEquals(Optional.empty(), policy.wait(1, Duration.ofMillis(50), Optional.empty(), 0));
    assertEquals(Optional.empty(), policy.wait(1, Duration.ofMillis(-1), Optional.empty(), 0));
  }

  @Test
  void attemptsEnd() {
    assertEquals(Optional.empty(), backoff(5, 0));
    assertEquals(Optional.empty(), RetryPolicy.NONE.wait(1, LONG, Optional.empty(), 0));
    assertEquals(Optional.empty(), backoff(Integer.MAX_VALUE, 0));
  }

  @Test
  void senselessOnesAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> new RetryPolicy(0, Duration.ZERO, Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> new RetryPolicy(1, LONG, Duration.ZERO));
  }
}
