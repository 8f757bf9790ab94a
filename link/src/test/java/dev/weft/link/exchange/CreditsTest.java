package dev.weft.link.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class CreditsTest {

  private static List<LaneLimit> each(int requests, long bytes) {
    return Collections.nCopies(Request.LANES, new LaneLimit(requests, bytes));
  }

  @Test
  void aFullLaneTakesNothingFromAnother() {
    var credits = new Credits(each(1, 100));
    assertTrue(credits.take(0, 10));
    assertFalse(credits.take(0, 10));
    assertTrue(credits.take(1, 10));
    credits.give(0, 10);
    assertTrue(credits.take(0, 100));
    assertEquals(2, credits.taken());
  }

  @Test
  void bytesAreCreditToo() {
    var credits = new Credits(each(5, 100));
    assertTrue(credits.take(2, 60));
    assertFalse(credits.take(2, 41));
    assertTrue(credits.take(2, 40));
    assertTrue(credits.full(2).contains("2 requests with 100 bytes"), credits.full(2));
  }

  @Test
  void aSmallerGrantLetsNothingThroughUntilWhatIsUnderWayIsAnswered() {
    var credits = new Credits(each(3, 100));
    credits.take(0, 1);
    credits.take(0, 1);
    credits.grant(each(1, 100));
    assertFalse(credits.take(0, 1));
    credits.give(0, 1);
    assertFalse(credits.take(0, 1));
    credits.give(0, 1);
    assertTrue(credits.take(0, 1));
  }

  @Test
  void whatWasNotTakenCannotBeGivenBack() {
    var credits = new Credits(each(3, 100));
    assertThrows(IllegalStateException.class, () -> credits.give(0, 1));
  }
}
