package dev.weft.fabric.pairing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.Pairing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PairingBufferTest {

  private static final Duration TOLERANCE = Duration.ofMillis(20);
  private static final Duration LATENESS = Duration.ofMillis(150);

  private final PairingRun run =
      new PairingRun(PairingRun.pairing(TOLERANCE, LATENESS, "picture", "sound"), 4);

  @Test
  void soundThatComesEightyMillisecondsLatePairsWithItsPicture() {
    for (var frame = 0; frame < 300; frame++) {
      var at = frame * 33L;
      if (frame >= 3) {
        run.offer("sound", at - 99, at - 19);
      }
      run.offer("picture", at, at);
    }
    run.until(run.now().plus(LATENESS));

    var pairs = run.gone.stream().filter(gone -> gone.absent().isEmpty()).toList();
    assertEquals(297, pairs.size());
    for (var pair : pairs) {
      assertEquals(pair.items().getFirst().at(), pair.items().getLast().at());
      var held = pair.when().minus(pair.items().getFirst().arrived());
      assertEquals(Duration.ofMillis(80), held, pair::toString);
    }
  }

  @Test
  void soundThatComesTooLateLeavesThePictureUnpairedExactlyAtTheLateness() {
    run.offer("picture", 0, 0);
    run.until(LATENESS.minusNanos(1));
    assertEquals("[]", run.text());
    run.until(LATENESS);
    assertEquals("[picture0-sound]", run.text());

    run.offer("sound", 0, 151);
    assertEquals("[picture0-sound, sound1-picture]", run.textAtTheEnd());
    assertEquals(Duration.ofMillis(301), run.gone.getLast().when());
  }

  @Test
  void soundOfTheInstantItGetsTooLateIsTooLate() {
    run.offer("picture", 0, 0);
    run.offer("sound", 0, 150);

    assertEquals("[picture0-sound, sound1-picture]", run.textAtTheEnd());
  }

  @Test
  void nothingWaitsForAPartnerThatCannotComeAnyMore() {
    run.offer("picture", 0, 0);
    run.offer("sound", 21, 30);
    assertEquals("[picture0-sound]", run.text());

    run.offer("picture", 42, 42);
    assertEquals("[picture0-sound, sound1-picture]", run.text());
  }

  @Test
  void aPartnerThatMayStillComeAtTheEdgeOfTheToleranceIsWaitedFor() {
    run.offer("picture", 0, 0);
    run.offer("sound", -30, 1);
    run.offer("sound", 20, 2);
    run.offer("picture", 40, 42);

    // The sound is as near to both; the earlier has it.
    assertEquals("[sound1-picture, picture0+sound2]", run.text());
  }

  @Test
  void ofTwoSoundsTheNearerIsTaken() {
    run.offer("picture", 0, 0);
    run.offer("sound", -12, 1);
    assertEquals("[]", run.text());
    run.offer("sound", 3, 2);
    run.offer("picture", 33, 33);

    assertEquals("[picture0+sound2, sound1-picture]", run.text());
  }

  @Test
  void ofTwoPicturesTheNearerHasTheSound() {
    run.offer("picture", 0, 0);
    run.offer("sound", 14, 1);
    assertEquals("[]", run.text());
    run.offer("picture", 20, 20);
    run.offer("sound", 50, 50);
    run.offer("picture", 50, 51);

    assertEquals("[picture0-sound, picture2+sound1, picture4+sound3]", run.textAtTheEnd());
  }

  @Test
  void eventsOfOneInstantAreEachUsedOnce() {
    run.offer("picture", 0, 0);
    run.offer("picture", 0, 1);
    run.offer("sound", 0, 2);
    run.offer("sound", 0, 3);
    run.offer("sound", 0, 4);

    assertEquals("[picture0+sound2, picture1+sound3, sound4-picture]", run.textAtTheEnd());
  }

  /** Taking the first sound at hand would leave every later picture with the one before. */
  @Test
  void aSoundWhosePictureWasLostDoesNotShiftThosePairsThatFollow() {
    var wide = new PairingRun(PairingRun.pairing(Duration.ofMillis(40), LATENESS, "p", "s"), 1);
    for (var frame = 0; frame < 30; frame++) {
      if (frame != 5) {
        wide.offer("p", frame * 33L, frame * 33L);
      }
      wide.offer("s", frame * 33L, frame * 33L + 1);
    }
    wide.textAtTheEnd();

    assertEquals(30, wide.gone.size());
    for (var gone : wide.gone) {
      assertEquals(1, gone.items().stream().map(PairingRun.Item::at).distinct().count());
    }
  }

  /** One a second is sparse: nothing nearer comes for a long time, and that shows by the third. */
  @Test
  void aSparseSourceIsNotWaitedForOnceItsStepIsKnown() {
    for (var second = 0L; second < 10; second++) {
      run.offer("picture", second * 1000 + 5, second * 1000 + 5);
      run.offer("sound", second * 1000, second * 1000 + 80);
    }
    run.until(run.now().plus(LATENESS));

    assertEquals(10, run.gone.size());
    for (var gone : run.gone.subList(1, 10)) {
      assertEquals(List.of(), gone.absent());
      assertEquals(Duration.ofMillis(75), gone.when().minus(gone.items().getFirst().arrived()));
    }
  }

  @Test
  void aSourceOutOfOrderIsWaitedForByAsMuch() {
    run.offer("sound", 100, 0);
    run.offer("sound", 60, 1);
    run.offer("picture", 75, 2);
    // Sound has come to 100 but was 40 behind once, so 75 may still have a nearer partner than 60.
    assertEquals("[]", run.text());
    run.offer("sound", 74, 3);
    run.offer("picture", 200, 4);

    assertTrue(run.textAtTheEnd().contains("picture2+sound3"), run.text());
  }

  @Test
  void aClockSetBackCostsOnePairAndHoldsNothingUp() {
    run.offer("picture", 3_600_000, 0);
    run.offer("sound", 3_600_000, 1);
    run.offer("picture", 0, 33);
    run.offer("sound", 0, 34);
    run.offer("picture", 33, 66);
    run.offer("sound", 33, 67);

    assertEquals("[picture0+sound1, picture2-sound, sound3-picture, picture4+sound5]", run.text());
  }

  @Test
  void onePictureAheadOfItsTimeDoesNotMakeTheOthersUnpaired() {
    run.offer("picture", 3_600_000, 0);
    run.offer("picture", 0, 1);
    run.offer("sound", 0, 80);

    assertEquals("[picture0-sound, picture1+sound2]", run.textAtTheEnd());
  }

  @Test
  void beyondTheBoundTheOldestGoesOnUnpaired() {
    var pairing = new Pairing("session", List.of("picture", "sound"), TOLERANCE, LATENESS, 3);
    var bounded = new PairingRun(pairing, 1);
    for (var i = 0; i < 5; i++) {
      bounded.offer("picture", i * 33L, i);
      assertEquals(Math.min(i + 1, 3), bounded.buffer.size());
    }

    assertEquals("[picture0-sound, picture1-sound]", bounded.text());
  }

  @Test
  void aKeyMoreThanThereMayBeIsRefusedAndASilentOneForgotten() {
    for (var key = 0; key < 4; key++) {
      assertTrue(run.offer("key " + key, "picture", Instant.EPOCH));
    }
    assertFalse(run.offer("key 4", "picture", Instant.EPOCH));
    assertTrue(run.offer("key 0", "sound", Instant.EPOCH));
    assertFalse(run.offer("key 4", "picture", Instant.EPOCH));

    run.until(LATENESS);
    assertTrue(run.offer("key 4", "picture", Instant.EPOCH));
    assertEquals(4, run.buffer.keyCount());
    assertEquals("picture0+sound4", run.gone.getFirst().toString());
  }

  @Test
  void equalTimesOfDifferentKeysDoNotPair() {
    run.offer("a", "picture", Instant.EPOCH);
    run.offer("b", "sound", Instant.EPOCH);

    assertEquals("[picture0-sound, sound1-picture]", run.textAtTheEnd());
  }

  @Test
  void picturesLeaveInTheOrderTheyCame() {
    run.offer("picture", 0, 0);
    run.offer("picture", 33, 33);
    run.offer("sound", 33, 34);
    run.offer("sound", 66, 67);

    assertEquals("[picture0-sound, picture1+sound2]", run.text());
    var third = new PairingRun(PairingRun.pairing(TOLERANCE, LATENESS, "p", "s", "t"), 1);
    third.offer("p", 0, 0);
    third.offer("s", 0, 1);
    third.offer("p", 33, 33);
    third.offer("s", 33, 34);
    third.offer("t", 33, 35);
    // The second has all it needs; the first may still meet its touch... which has passed by now.
    assertEquals("[p0+s1-t, p2+s3+t4]", third.text());
  }

  @Test
  void threeInputsBecomeOneWithWhatCame() {
    var three =
        new PairingRun(PairingRun.pairing(TOLERANCE, LATENESS, "picture", "sound", "touch"), 1);
    three.offer("touch", 5, 6);
    three.offer("picture", 0, 10);
    three.offer("sound", 0, 80);
    assertEquals("[]", three.text());

    // The touch may wait no longer, so all go on, though no further picture has come.
    three.until(Duration.ofMillis(156));
    assertEquals("[picture1+sound2+touch0]", three.text());
  }

  @Test
  void aPromiseThatNothingComesSparesTheWait() {
    var three =
        new PairingRun(PairingRun.pairing(TOLERANCE, LATENESS, "picture", "sound", "touch"), 1);
    three.offer("picture", 0, 0);
    three.offer("sound", 0, 80);
    three.buffer.promise("key", "touch", Instant.ofEpochMilli(1_000_020), 90_000_000);
    assertEquals("[]", three.text());
    three.buffer.promise("key", "touch", Instant.ofEpochMilli(1_000_021), 90_000_000);
    assertEquals("[picture0+sound1-touch]", three.text());

    three.offer("touch", 0, 91);
    three.offer("picture", 10, 92);
    assertEquals("[picture0+sound1-touch, picture3+touch2-sound]", three.textAtTheEnd());
  }

  @Test
  void anUnknownInputIsNamed() {
    var problem =
        assertThrows(
            IllegalArgumentException.class, () -> run.offer("key", "smell", Instant.EPOCH));
    assertEquals("input: 'smell' (expected: one of [picture, sound])", problem.getMessage());
  }

  @Test
  void timesAtTheEndsOfTimeAreTimes() {
    run.offer("key", "picture", Instant.MAX);
    run.offer("key", "sound", Instant.MIN);
    run.offer("key", "picture", Instant.MIN);
    run.offer("key", "sound", Instant.MAX);

    assertEquals(4, run.gone.stream().mapToInt(g -> g.items().size()).sum() + run.buffer.size());
    run.textAtTheEnd();
    assertEquals(0, run.buffer.size());
  }
}
