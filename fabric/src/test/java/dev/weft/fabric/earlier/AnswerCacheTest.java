package dev.weft.fabric.earlier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.earlier.AnswerCache.Kept;
import dev.weft.fabric.earlier.AnswerCache.Key;
import dev.weft.fabric.manifest.Reach.Cached;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AnswerCacheTest {

  private static final long SECOND = 1_000_000_000;
  private static final Key A = new Key("acme", "a");
  private static final Key B = new Key("acme", "b");
  private static final Key C = new Key("acme", "c");

  private final List<String> left = new ArrayList<>();
  private final AnswerCache<String> cache =
      new AnswerCache<>(new Cached(Cached.By.INPUTS, Duration.ofSeconds(30), 2), 100, left::add);

  @Test
  void tellsHowOldAnAnswerIs() {
    cache.put(A, "one", 10, 5 * SECOND);
    assertEquals(Optional.of(new Kept<>("one", Duration.ofSeconds(3))), cache.find(A, 8 * SECOND));
    assertEquals(Optional.empty(), cache.find(B, 8 * SECOND));
    assertEquals(Optional.empty(), cache.find(new Key("other", "a"), 8 * SECOND));
  }

  @Test
  void letsGoOfWhatIsTooOldReplacedOrTooMuch() {
    cache.put(A, "one", 10, 0);
    cache.put(A, "two", 10, SECOND);
    assertEquals(List.of("one"), left);
    assertTrue(cache.find(A, 31 * SECOND).isPresent());
    assertEquals(Optional.empty(), cache.find(A, 31 * SECOND + 1));
    assertEquals(List.of("one", "two"), left);
    cache.put(A, "huge", 101, 0);
    assertEquals("huge", left.getLast());
    assertEquals(0, cache.size());
  }

  @Test
  void whatIsTooOldLeavesWhenAnotherComesHoweverLatelyItWasUsed() {
    cache.put(A, "a", 10, 0);
    cache.put(B, "b", 10, SECOND);
    cache.find(A, 2 * SECOND);
    cache.put(C, "c", 10, 30 * SECOND + 1);
    assertEquals(List.of("a"), left);
    cache.put(A, "huge", 101, 31 * SECOND + 1);
    assertEquals(List.of("a", "b", "huge"), left);
    assertEquals(10, cache.bytes());
  }

  @Test
  void theLeastLatelyUsedLeavesFirst() {
    cache.put(A, "a", 10, 0);
    cache.put(B, "b", 10, 0);
    cache.find(A, 1);
    cache.put(C, "c", 10, 1);
    assertEquals(List.of("b"), left);
    cache.put(B, "b2", 95, 2);
    assertEquals(List.of("b", "a", "c"), left);
    cache.clear();
    assertEquals(List.of("b", "a", "c", "b2"), left);
    assertEquals(0, cache.bytes());
  }

  @Test
  void staysWithinItsBoundsAndLetsGoOfEachAnswerOnce() {
    var seed = new SplittableRandom().nextLong();
    System.out.println("AnswerCacheTest seed " + seed);
    var random = new SplittableRandom(seed);
    var gone = new HashMap<Integer, Integer>();
    var answers =
        new AnswerCache<Integer>(
            new Cached(Cached.By.SESSION, Duration.ofSeconds(5), 8),
            100,
            answer -> gone.merge(answer, 1, Integer::sum));
    for (var i = 0; i < 20_000; i++) {
      var key = new Key("t", String.valueOf(random.nextInt(20)));
      var now = i * (SECOND / 10);
      if (random.nextBoolean()) {
        answers.put(key, i, random.nextInt(40), now);
      } else {
        answers.find(key, now).ifPresent(kept -> assertEquals(null, gone.get(kept.answer())));
      }
      assertTrue(answers.size() <= 8 && answers.bytes() <= 100, "seed " + seed);
    }
    answers.clear();
    assertTrue(gone.values().stream().allMatch(times -> times == 1), "seed " + seed);
    assertEquals(0, answers.bytes());
  }
}
