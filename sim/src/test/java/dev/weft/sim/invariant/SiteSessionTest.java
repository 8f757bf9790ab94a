package dev.weft.sim.invariant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.sim.invariant.SessionStep.Open;
import dev.weft.sim.invariant.SessionStep.RecordFrames;
import dev.weft.sim.invariant.SessionStep.Reserve;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SiteSessionTest {

  private static final RecordFrames FOUR = new RecordFrames(4, 98, 101, "four");
  private static final RecordFrames SEVEN = new RecordFrames(4, 98, 104, "seven");

  /** In epoch 4, with 97 frames. */
  private final SessionModel model =
      SessionModel.none().after(new Open(4)).after(new RecordFrames(4, 1, 97, "first"));

  private final SiteSession session = SiteSession.of(model);

  private static SiteSession told(SiteSession before, SessionModel there) {
    return before.answered(Optional.empty(), there).orElseThrow();
  }

  private static boolean fits(SiteSession before, SessionModel there) {
    return before.answered(Optional.empty(), there).isPresent();
  }

  @Test
  void anAnswerHasTheStepThatWasAskedForAndNothingElse() {
    var step = Optional.<SessionStep>of(FOUR);

    assertEquals(
        model.after(FOUR), session.answered(step, model.after(FOUR)).orElseThrow().model());
    assertTrue(session.answered(step, model).isEmpty());
    assertFalse(fits(session, model.after(FOUR)));
  }

  @Test
  void aNewEpochHasWhatWasThereAndNoFramesOfItsOwn() {
    var later = model.after(new Open(6));

    assertEquals(later, told(session, later).model());
    assertFalse(fits(session, later.after(new RecordFrames(6, 1, 1, "x"))));
    assertFalse(fits(session, model.after(new Reserve(1, 5)).after(new Open(6))));
  }

  @Test
  void anEpochBeforeThePresentOneIsOfThePast() {
    var later = told(session, model.after(new Open(6)));

    assertFalse(fits(later, model));
    assertTrue(later.wasOnce(model));
    assertTrue(later.wasOnce(model.after(new Open(5))), "nobody was told of it");
    assertFalse(later.wasOnce(model.after(FOUR)));
    assertFalse(later.wasOnce(model.after(new Open(7))));
  }

  @Test
  void framesThatAnotherProcessRefusedMayBeThereOrNot() {
    var doubted = session.orAfter(FOUR);

    assertEquals(model.after(new Open(5)), told(doubted, model.after(new Open(5))).model());
    var taken = model.after(FOUR).after(new Open(5));
    assertEquals(taken, told(doubted, taken).model());
    assertTrue(told(doubted, taken).wasOnce(model.after(FOUR)));
  }

  @Test
  void whatIsTellingThePastRemovesNoDoubt() {
    var doubted = told(session.orAfter(FOUR), model).orAfter(SEVEN);

    assertTrue(fits(doubted, model.after(FOUR).after(new Open(5))));
    assertTrue(fits(doubted, model.after(SEVEN).after(new Open(5))));
    assertFalse(fits(doubted, model.after(FOUR).after(SEVEN).after(new Open(5))));
  }

  @Test
  void aNewEpochOrOtherFramesEndADoubt() {
    var doubted = session.orAfter(FOUR);
    var five = model.after(new Open(5));
    var seven = doubted.answered(Optional.of(SEVEN), model.after(SEVEN)).orElseThrow();

    assertFalse(fits(told(doubted, five), model.after(FOUR).after(new Open(6))));
    assertFalse(fits(seven, model.after(FOUR).after(new Open(5))));
    assertFalse(told(doubted, five).wasOnce(model.after(FOUR)));
  }

  @Test
  void aStepIsTakenWithOrWithoutWhatIsInDoubt() {
    var reserve = new Reserve(1, 5);
    var both = model.after(FOUR).after(reserve);
    var doubted = session.orAfter(FOUR);
    var after = doubted.answered(Optional.of(reserve), model.after(reserve)).orElseThrow();

    assertEquals(
        both, doubted.answered(Optional.of(reserve), both).map(SiteSession::model).orElseThrow());
    assertTrue(fits(after, both), "as it may still come");
    assertTrue(doubted.answered(Optional.of(reserve), model.after(FOUR)).isEmpty());
  }

  @Test
  void framesInDoubtFollowOnThoseKnown() {
    assertThrows(
        IllegalArgumentException.class, () -> session.orAfter(new RecordFrames(4, 99, 99, "x")));
    assertThrows(
        IllegalArgumentException.class, () -> session.orAfter(new RecordFrames(5, 98, 99, "x")));
  }

  @Test
  void hasABoundedNumberOfDoubts() {
    var doubted = session;
    for (var i = 0; i < 8; i++) {
      assertFalse(doubted.isFull());
      doubted = doubted.orAfter(FOUR);
    }
    var full = doubted;
    assertTrue(full.isFull());
    assertThrows(IllegalArgumentException.class, () -> full.orAfter(FOUR));
    assertFalse(told(full, model.after(new Open(5))).isFull());
  }
}
