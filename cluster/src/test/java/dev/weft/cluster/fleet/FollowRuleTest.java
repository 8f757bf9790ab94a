package dev.weft.cluster.fleet;

import static dev.weft.cluster.fleet.Fleets.REGION;
import static dev.weft.cluster.fleet.Fleets.STAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.cluster.site.SiteName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FollowRuleTest {

  private final FakeRollouts local = new FakeRollouts("fp32");
  private final Follower follower = new Follower(local);

  private static Instruction instruction(
      long epoch, Order order, String variant, Long... takenBack) {
    return new Instruction(
        STAGE,
        variant,
        epoch,
        REGION,
        order,
        List.of(takenBack),
        "manifest of " + variant,
        Optional.of(Fleets.declared(variant)));
  }

  private Standing tell(long epoch, Order order, String variant, Long... takenBack) {
    return follower.tell(instruction(epoch, order, variant, takenBack)).standing();
  }

  @Test
  void beginsOnceHoweverOftenItIsTold() {
    assertEquals(Standing.TRIES, tell(1, Order.BEGIN, "int8"));
    assertEquals(Standing.TRIES, tell(1, Order.BEGIN, "int8"));
    local.pass(STAGE);
    assertEquals(Standing.HOLDS, tell(1, Order.BEGIN, "int8"));

    assertEquals(List.of("start int8"), local.done());
  }

  @Test
  void whatItTookBackByItselfItDoesNotBeginAgain() {
    tell(1, Order.BEGIN, "int8");
    local.fail("psi of y 0.4");

    var report = follower.tell(instruction(1, Order.BEGIN, "int8"));

    assertEquals(Standing.ROLLED_BACK, report.standing());
    assertEquals("psi of y 0.4", report.why());
    assertEquals(List.of("start int8"), local.done());
  }

  @Test
  void aLateOrderOfAnOlderRolloutDoesNothing() {
    tell(2, Order.KEEP, "fp16");

    var report = follower.tell(instruction(1, Order.BEGIN, "int8"));

    assertEquals(2, report.epoch());
    assertEquals(Standing.KEEPS, report.standing());
    assertEquals(List.of(), local.done());
  }

  @Test
  void aLateOrderOfTheSameRolloutDoesNothing() {
    tell(1, Order.BEGIN, "int8");
    tell(1, Order.ROLL_BACK, "int8", 1L);

    assertEquals(Standing.KEEPS, tell(1, Order.BEGIN, "int8"));
    assertEquals(Standing.KEEPS, tell(1, Order.KEEP, "int8"));
    assertEquals(List.of("start int8", "take back int8"), local.done());
    assertEquals("fp32", local.running());
  }

  @Test
  void anOrderOfTheSameEpochOfAnotherRegionDoesNothing() {
    tell(1, Order.KEEP, "int8");
    var other =
        new Instruction(
            STAGE,
            "fp16",
            1,
            new SiteName("region-2"),
            Order.BEGIN,
            List.of(),
            "m fp16",
            Optional.empty());

    assertEquals("region", follower.tell(other).region());
    assertEquals(List.of(), local.done());
  }

  @Test
  void takesBackWhatWasPromoted() {
    tell(1, Order.BEGIN, "int8");
    local.pass(STAGE);
    assertEquals("int8", local.running());

    assertEquals(Standing.KEEPS, tell(1, Order.ROLL_BACK, "int8", 1L));
    assertEquals("fp32", local.running());
  }

  @Test
  void aNodeThatWasAwayGoesToTheLatestAndMendsWhatWasTakenBackMeanwhile() {
    tell(1, Order.BEGIN, "int8");
    local.pass(STAGE);

    assertEquals(Standing.TRIES, tell(4, Order.BEGIN, "fp16", 1L, 2L));
    local.pass(STAGE);

    assertEquals(List.of("start int8", "take back int8", "start fp16"), local.done());
    local.fail("late");
    assertEquals("fp32", local.running(), "what it goes back to is not what was taken back");
  }

  @Test
  void aTrialOfAnOlderRolloutEndsWhenALaterOneIsToldOf() {
    tell(1, Order.BEGIN, "int8");

    assertEquals(Standing.KEEPS, tell(2, Order.KEEP, "fp16"));
    assertEquals(List.of("start int8", "take back int8"), local.done());
  }

  @Test
  void whatOlderRolloutsPromotedStaysIfNobodyTookItBack() {
    tell(1, Order.BEGIN, "int8");
    local.pass(STAGE);

    assertEquals(Standing.KEEPS, tell(2, Order.KEEP, "fp16"));
    assertEquals("int8", local.running());
  }

  @Test
  void aRolloutOfTheNodesOwnIsLeftAloneAndTheFleetsBeginsAfterIt() {
    local.startOwn("mine");

    var refused = follower.tell(instruction(1, Order.BEGIN, "int8"));
    assertEquals(Standing.REFUSES, refused.standing());
    assertTrue(refused.why().contains("to 'mine' was started here"), refused.why());
    assertEquals(List.of("start mine"), local.done());
    assertEquals(Standing.KEEPS, tell(1, Order.ROLL_BACK, "int8", 1L));
    local.pass(STAGE);
    assertEquals(Standing.TRIES, tell(2, Order.BEGIN, "fp16", 1L));

    assertEquals(List.of("start mine", "start fp16"), local.done());
  }

  @Test
  void itsOrderIsCarriedOutWhenARolloutThatWasThereFirstIsOver() {
    local.startOwn("mine");
    tell(1, Order.BEGIN, "int8");

    local.fail("psi of y 0.4");

    assertEquals(Standing.TRIES, tell(1, Order.BEGIN, "int8"));
  }

  @Test
  void whatCannotBeginSaysWhyAndIsTriedAgain() {
    local.refuse("candidate: 'int8' (expected: one of [fp32])");

    var refused = follower.tell(instruction(1, Order.BEGIN, "int8"));
    assertEquals(Standing.REFUSES, refused.standing());
    assertEquals("candidate: 'int8' (expected: one of [fp32])", refused.why());

    local.refuse("");
    assertEquals(Standing.TRIES, tell(1, Order.BEGIN, "int8"));
  }

  @Test
  void bringsTheModelFirstAndBeginsWhenItIsToldAgain() {
    local.lack(30);

    var report = follower.tell(instruction(1, Order.BEGIN, "int8"));
    assertEquals(Standing.BRINGS, report.standing());
    assertEquals("30 bytes are lacking", report.why());
    assertEquals(List.of(), local.done());

    local.lack(0);
    assertEquals(Standing.TRIES, tell(1, Order.BEGIN, "int8"));
    assertEquals(List.of("start int8"), local.done());
  }

  @Test
  void aRollBackAndALaterRolloutEndTheBringing() {
    local.lack(30);
    tell(1, Order.BEGIN, "int8");
    assertTrue(local.isBringing());
    assertEquals(Standing.KEEPS, tell(1, Order.ROLL_BACK, "int8", 1L));
    assertFalse(local.isBringing());

    tell(2, Order.BEGIN, "fp16", 1L);
    assertTrue(local.isBringing());
    assertEquals(Standing.KEEPS, tell(3, Order.KEEP, "fp8", 1L));
    assertFalse(local.isBringing());
    assertEquals(List.of("stop bringing", "stop bringing"), local.done());
  }

  @Test
  void aLateOrderFindsOutThatItHasNotBegun() {
    local.lack(30);
    tell(1, Order.BEGIN, "int8");

    var report = follower.tell(instruction(1, Order.KEEP, "int8"));

    assertEquals(Standing.BRINGS, report.standing());
    assertEquals("it has not begun", report.why());
    assertTrue(local.isBringing(), "what is late changes nothing");
  }

  @Test
  void aNodeThatRunsItAlreadyHoldsIt() {
    assertEquals(Standing.HOLDS, tell(1, Order.BEGIN, "fp32"));
    assertEquals(List.of(), local.done());
  }

  @Test
  void noRolloutOfTheFleetGoesOnWhileTheRegionIsNotHeard() {
    var now = new AtomicLong();
    var contact = new Contact(Duration.ofNanos(30), now::get);
    assertFalse(contact.mayAdvance(STAGE, 1, "int8"), "nobody knows whose it is");

    contact.keeps(FollowerState.none());
    assertTrue(contact.mayAdvance(STAGE, 1, "int8"), "it is the node's own");

    tell(1, Order.BEGIN, "int8");
    contact.keeps(follower.state());
    assertFalse(contact.mayAdvance(STAGE, 1, "int8"), "the region was not heard yet");
    contact.heard(STAGE);
    now.set(29);
    assertTrue(contact.mayAdvance(STAGE, 1, "int8"));
    now.set(30);
    assertFalse(contact.mayAdvance(STAGE, 1, "int8"));
    assertTrue(contact.mayAdvance(STAGE, 2, "int8"), "one that the node started after it");
    assertTrue(contact.mayAdvance("other", 1, "int8"));
  }
}
