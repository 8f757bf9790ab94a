package dev.weft.link.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AnsweredTest {

  private static final long SECOND = 1_000_000_000;

  private final Budget bytes = new Budget(100);
  private final Answered answered =
      new Answered(new MemoryRule(3, 100, Duration.ofSeconds(10), 1), bytes);

  private static Answer done(int payloadBytes) {
    return new Answer.Done(new byte[payloadBytes]);
  }

  private Answer answer(long sequence, int payloadBytes, long now) {
    var answer = done(payloadBytes);
    assertTrue(answered.begin(sequence));
    answered.run(sequence);
    assertTrue(answered.complete(sequence, answer, now));
    return answer;
  }

  @Test
  void beginsNothingTwice() {
    answer(1, 0, 0);
    answered.settle(1);
    assertFalse(answered.begin(1));
    assertTrue(answered.begin(5));
    assertFalse(answered.begin(4));
  }

  @Test
  void whatASenderAskedOfAnEarlierProcessIsNotTakenForNewThoughItDoesNotHearSo() {
    answered.skip(List.of(5L, 3L));
    assertEquals(List.of(3L, 5L), answered.resume(List.of(3L, 5L)).forgotten());
    // The stream broke before the sender was told; the next one finds the same.
    assertEquals(List.of(3L, 5L), answered.resume(List.of(3L, 5L)).forgotten());
    assertEquals(5, answered.through());
    assertTrue(answered.begin(6));
  }

  @Test
  void whatIsAwaitedAfterABreakIsAnsweredRejoinedLostOrForgotten() {
    var kept = answer(1, 10, 0);
    answer(2, 10, 0);
    answered.settle(2);
    answered.begin(3); // Runs.
    answered.run(3);
    answered.begin(4); // Has arrived in part.
    var resumed = answered.resume(List.of(1L, 2L, 3L, 4L, 9L));
    assertEquals(Set.of(1L), resumed.answers().keySet());
    assertEquals(kept, resumed.answers().get(1L));
    assertEquals(List.of(2L), resumed.forgotten());
    assertEquals(List.of(4L), resumed.lost());
    assertEquals(List.of(), resumed.abandoned());
    assertTrue(answered.isOpen(3));
    assertFalse(answered.isOpen(4));
    assertEquals(4, answered.through());
  }

  @Test
  void whatIsNotAwaitedAfterABreakIsSettledOrAbandoned() {
    answer(1, 10, 0);
    answered.begin(2);
    answered.run(2);
    var resumed = answered.resume(List.of());
    assertEquals(List.of(2L), resumed.abandoned());
    assertEquals(0, answered.remembered());
    assertEquals(0, bytes.taken());
    assertFalse(answered.complete(2, done(1), 0), "nobody waits for it");
  }

  @Test
  void forgetsTheOldestBeyondTheCount() {
    for (var sequence = 1; sequence <= 4; sequence++) {
      answer(sequence, 1, 0);
    }
    var resumed = answered.resume(List.of(1L, 2L, 3L, 4L));
    assertEquals(List.of(1L), resumed.forgotten());
    assertEquals(Set.of(2L, 3L, 4L), resumed.answers().keySet());
  }

  @Test
  void forgetsTheOldestBeyondTheBytesAndWhatIsLargerThanAll() {
    answer(1, 60, 0);
    answer(2, 60, 0);
    answer(3, 101, 0);
    var resumed = answered.resume(List.of(1L, 2L, 3L));
    assertEquals(Set.of(), resumed.answers().keySet());
    assertEquals(Set.of(1L, 2L, 3L), Set.copyOf(resumed.forgotten()));
    assertEquals(0, bytes.taken());
  }

  @Test
  void bytesThatOthersTakeAreNotThere() {
    bytes.take(90);
    answer(1, 20, 0);
    assertEquals(0, answered.remembered());
    assertEquals(90, bytes.taken());
  }

  @Test
  void forgetsWhatIsTooOld() {
    answer(1, 1, 0);
    answer(2, 1, 5 * SECOND);
    answered.expire(10 * SECOND);
    assertEquals(1, answered.remembered());
    assertEquals(List.of(1L), answered.resume(List.of(1L, 2L)).forgotten());
  }
}
