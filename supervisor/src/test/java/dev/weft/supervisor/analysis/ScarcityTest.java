package dev.weft.supervisor.analysis;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.supervisor.gate.Evidence.Sessions;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whether callers bring too few frames, for a step of a minute that wants 200 of 10 sessions. */
class ScarcityTest {

  private static final Scarcity SCARCITY = new Scarcity(200, 10, Duration.ofMinutes(1));

  @Test
  void aPaceThatWouldBringTheLeastEvidenceInTimeIsEnough() {
    assertFalse(SCARCITY.isTooFew(50, new Sessions(100, 5), Duration.ofSeconds(15)));
    assertTrue(SCARCITY.isTooFew(49, new Sessions(100, 5), Duration.ofSeconds(15)));
  }

  @Test
  void tooFewSessionsAreTooFewToo() {
    assertTrue(SCARCITY.isTooFew(1_000, new Sessions(100, 1), Duration.ofSeconds(30)));
    assertTrue(SCARCITY.isTooFew(1_000, new Sessions(100, 9), Duration.ofMinutes(5)));
    assertFalse(SCARCITY.isTooFew(1_000, new Sessions(100, 10), Duration.ofMinutes(5)));
  }

  @Test
  void nothingIsSaidOfTheFirstMoment() {
    assertFalse(SCARCITY.isTooFew(0, new Sessions(100, 0), Duration.ofMillis(999)));
    assertTrue(SCARCITY.isTooFew(0, new Sessions(100, 0), Duration.ofSeconds(1)));
  }

  @Test
  void onceTheStepCouldBeOverWhatIsThereCounts() {
    assertTrue(SCARCITY.isTooFew(199, new Sessions(100, 50), Duration.ofHours(1)));
    assertFalse(SCARCITY.isTooFew(200, new Sessions(100, 50), Duration.ofHours(1)));
  }

  @Test
  void aStepWithoutADwellIsShortUntilTheLeastIsThere() {
    var atOnce = new Scarcity(200, 0, Duration.ZERO);

    assertTrue(atOnce.isTooFew(199, new Sessions(100, 0), Duration.ofSeconds(2)));
    assertFalse(atOnce.isTooFew(200, new Sessions(100, 0), Duration.ofSeconds(2)));
  }
}
