package dev.weft.sim.invariant;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What must hold of rollouts, each with what it allows and what it does not. */
class RolloutInvariantsTest {

  @Test
  void onlyWhoWasGrantedTrafficAnswers() {
    assertHolds(WithinShare.check("frame", "old", Set.of("old")));
    assertBroken(WithinShare.NAME, WithinShare.check("frame", "new", Set.of("old")));
  }

  @Test
  void aShareOfSessionsMayBeExceededByChanceOnly() {
    assertHolds(WithinShare.check("rollout", 0.25, 25, 40));
    assertBroken(WithinShare.NAME, WithinShare.check("rollout", 0.25, 35, 40));
  }

  @Test
  void aSessionStaysInWhileTheShareGrows() {
    assertHolds(StickySessions.check("visitor", 2_500, 0));
    assertHolds(StickySessions.check("visitor", 5_000, 2_500));
    assertBroken(StickySessions.NAME, StickySessions.check("visitor", 2_500, 2_500));
    assertBroken(StickySessions.NAME, StickySessions.check("visitor", 2_500, 5_000));
  }

  @Test
  void framesAfterAFaultMeetTheOldVariant() {
    assertHolds(NotAfterFault.check("frame", 10, 10));
    assertBroken(NotAfterFault.NAME, NotAfterFault.check("frame", 11, 10));
  }

  @Test
  void aStepNeedsItsRunsAndACandidateItsLimits() {
    assertHolds(LeastEvidence.check("step", 60, 60));
    assertBroken(LeastEvidence.NAME, LeastEvidence.check("step", 59, 60));
    assertHolds(LeastEvidence.check("v1", true));
    assertBroken(LeastEvidence.NAME, LeastEvidence.check("v1", false));
  }

  @Test
  void theHighestEpochIsInCharge() {
    assertHolds(OneInCharge.check("ControllerTook", 7, 7, 3));
    assertBroken(OneInCharge.NAME, OneInCharge.check("ControllerTook", 3, 3, 7));
    assertBroken(OneInCharge.NAME, OneInCharge.check("Loading", 3, 7, 7));
  }

  @Test
  void twoProcessesMayEndAndNoThird() {
    assertHolds(DeniedStaysOut.check("v1", 2, 2));
    assertBroken(DeniedStaysOut.NAME, DeniedStaysOut.check("v1", 3, 2));
  }

  @Test
  void whatRunsIsWhatTheRolloutsCameTo() {
    assertHolds(OldOrNew.check("box", "new", Optional.empty(), "new"));
    assertBroken(OldOrNew.NAME, OldOrNew.check("box", "old", Optional.empty(), "new"));
    assertBroken(OldOrNew.NAME, OldOrNew.check("box", "new", Optional.of("old"), "new"));
  }

  private static void assertHolds(List<Violation> found) {
    assertEquals(List.of(), found);
  }

  private static void assertBroken(String invariant, List<Violation> found) {
    assertEquals(List.of(invariant), found.stream().map(Violation::invariant).toList());
  }
}
