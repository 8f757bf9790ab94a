package dev.weft.fabric.earlier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.Reach;
import dev.weft.fabric.manifest.Reach.Cached.By;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Graphs;
import dev.weft.fabric.pipeline.ManualClock;
import dev.weft.fabric.pipeline.Plan;
import dev.weft.fabric.pipeline.Quality;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.pipeline.Skipped;
import dev.weft.fabric.pipeline.Timings;
import dev.weft.fabric.routing.Switches;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.TensorMemoryException;
import dev.weft.stages.tensor.TensorPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EarlierAnswersTest {

  private static final Duration MAX_AGE = Duration.ofSeconds(30);
  private static final int MANY = 10_000;

  private final TensorPool tensors = new TensorPool(1 << 20, TensorPool.LeakTracing.ON);
  private final ManualClock clock = new ManualClock();
  private final Running running = running();

  /** Closing names every leaked tensor, so each test here is a leak test too. */
  @AfterEach
  void close() {
    tensors.close();
  }

  private EarlierAnswers answers(By by) {
    return new EarlierAnswers(new Reach.Cached(by, MAX_AGE, MANY), 1 << 16, clock::nanos);
  }

  private static Running running() {
    var manifest = Graphs.chainOf(1);
    var plan = new Plan(manifest, List.of(), List.of(), 0);
    return new Running(Optional.of(plan), Switches.declaredBy(manifest));
  }

  private AnswerCache.Key key(EarlierAnswers answers, Map<String, String> attributes, float x) {
    try (var input = tensors.floats(Shape.of(1), x)) {
      return answers.key(Request.of("x", input).with(attributes)).orElseThrow();
    }
  }

  private void keep(EarlierAnswers answers, AnswerCache.Key key, Running then, float y) {
    try (var answer = answer(y, Quality.full())) {
      answers.keep(key, then, then, answers.closings(), answer);
    }
  }

  private Answer.Completed answer(float y, Quality quality) {
    return new Answer.Completed(
        Map.of("y", tensors.floats(Shape.of(1), y)), quality, Timings.none());
  }

  private Optional<Float> found(EarlierAnswers answers, AnswerCache.Key key, Running now) {
    return answers
        .find(key, now)
        .map(
            earlier -> {
              try (var answer = earlier.answer(tensors, 7)) {
                assertEquals(Optional.of(earlier.age()), answer.quality().stale());
                assertTrue(earlier.age().compareTo(MAX_AGE) <= 0);
                assertEquals(Duration.ofNanos(7), answer.timings().total());
                return answer.output("y").toFloats()[0];
              }
            });
  }

  @Test
  void tellsItsAgeAndWhatItLacked() {
    var answers = answers(By.INPUTS);
    var key = key(answers, Map.of(), 1);
    var skipped = new Skipped("blur", Skipped.Reason.CONDITION_FALSE);
    var quality =
        new Quality(
            List.of(skipped),
            List.of(new Quality.Degraded("look", "small")),
            List.of("touch"),
            Optional.empty());
    try (var answer = answer(5, quality)) {
      answers.keep(key, running, running, answers.closings(), answer);
    }
    clock.advance(Duration.ofSeconds(3));
    try (var again = answers.find(key, running).orElseThrow().answer(tensors, 0)) {
      assertEquals(quality.stale(Duration.ofSeconds(3)), again.quality());
    }
  }

  @Test
  void textsComeAgainAsTheyWere() {
    var answers = answers(By.INPUTS);
    var key = key(answers, Map.of(), 1);
    var texts = tensors.strings(List.of("", "Tür", "a longer one"));
    try (var answer = new Answer.Completed(Map.of("y", texts), Quality.full(), Timings.none())) {
      answers.keep(key, running, running, answers.closings(), answer);
    }
    try (var again = answers.find(key, running).orElseThrow().answer(tensors, 0)) {
      assertEquals(List.of("", "Tür", "a longer one"), again.output("y").toStrings());
      assertEquals(Datatype.BYTES, again.output("y").datatype());
    }
  }

  @Test
  void otherBytesShapesTenantsAndSignalsAreOtherFrames() {
    var answers = answers(By.INPUTS);
    var key = key(answers, Map.of(), 1);
    assertNotEquals(key, key(answers, Map.of("session", "s"), 1));
    assertNotEquals(key, key(answers, Map.of(), -1));
    assertNotEquals(key, key(answers, Map.of("tenant", "acme"), 1));
    assertNotEquals(key, key(answers, Map.of("place", "door"), 1));
    assertNotEquals(
        key(answers, Map.of("place", "door"), 1), key(answers, Map.of("placed", "oor"), 1));
    try (var wide = tensors.floats(Shape.of(1, 1), 1);
        var flat = tensors.floats(Shape.of(1), 1)) {
      assertNotEquals(key, answers.key(Request.of("x", wide)).orElseThrow());
      assertNotEquals(key, answers.key(Request.of("z", flat)).orElseThrow());
      assertNotEquals(
          key, answers.key(Request.of("x", flat).withUnpaired(List.of("z"))).orElseThrow());
    }
  }

  @Test
  void bySessionItIsTheLastOfTheSessionAndOfItsTenantAlone() {
    var answers = answers(By.SESSION);
    keep(answers, key(answers, Map.of("session", "s", "tenant", "acme"), 1), running, 1);
    keep(answers, key(answers, Map.of("session", "s", "tenant", "acme"), 2), running, 2);
    var same = key(answers, Map.of("session", "s", "tenant", "acme"), 9);
    assertEquals(Optional.of(2f), found(answers, same, running));
    var other = key(answers, Map.of("session", "s", "tenant", "other"), 2);
    assertEquals(Optional.empty(), found(answers, other, running));
    try (var input = tensors.floats(Shape.of(1), 1)) {
      assertEquals(Optional.empty(), answers.key(Request.of("x", input)));
    }
  }

  @Test
  void whatRunsAnewHasGivenNothingYet() {
    var answers = answers(By.INPUTS);
    var key = key(answers, Map.of(), 1);
    keep(answers, key, running, 1);
    var next = running();
    assertEquals(Optional.empty(), found(answers, key, next));
    assertEquals(0, answers.bytes());
    try (var answer = answer(2, Quality.full())) {
      answers.keep(key, running, next, answers.closings(), answer);
    }
    assertEquals(0, answers.size());
    var closed = new Running(Optional.empty(), next.switches());
    keep(answers, key, closed, 3);
    assertEquals(0, answers.size());
  }

  @Test
  void neitherKeepsWhatIsStaleNorWhatIsTooLarge() {
    var answers = answers(By.INPUTS);
    var key = key(answers, Map.of(), 1);
    try (var stale = answer(1, Quality.full().stale(Duration.ofSeconds(1)));
        var large = tensors.allocate(Datatype.FP32, Shape.of((1 << 14) + 1))) {
      answers.keep(key, running, running, answers.closings(), stale);
      answers.keep(
          key,
          running,
          running,
          answers.closings(),
          new Answer.Completed(Map.of("y", large), Quality.full(), Timings.none()));
    }
    assertEquals(0, answers.size());
  }

  @Test
  void aDegradedOneDoesNotTakeThePlaceOfAFullOneThatIsYoung() {
    var answers = answers(By.INPUTS);
    var key = key(answers, Map.of(), 1);
    keepDegraded(answers, key, 1);
    keepDegraded(answers, key, 2);
    assertEquals(Optional.of(2f), found(answers, key, running));
    keep(answers, key, running, 3);
    keepDegraded(answers, key, 4);
    assertEquals(Optional.of(3f), found(answers, key, running));
    clock.advance(MAX_AGE.plusNanos(1));
    keepDegraded(answers, key, 5);
    assertEquals(Optional.of(5f), found(answers, key, running));
  }

  private void keepDegraded(EarlierAnswers answers, AnswerCache.Key key, float y) {
    var degraded = List.of(new Quality.Degraded("look", "small"));
    try (var answer = answer(y, new Quality(List.of(), degraded, List.of(), Optional.empty()))) {
      answers.keep(key, running, running, answers.closings(), answer);
    }
  }

  @Test
  void whatIsForgottenIsGone() {
    var answers = answers(By.INPUTS);
    var key = key(answers, Map.of(), 1);
    keep(answers, key, running, 1);
    answers.forget();
    assertEquals(0, answers.bytes());
    assertEquals(Optional.empty(), found(answers, key, running));
  }

  @Test
  void whereThereIsNoMemoryForItNothingStaysOnLease() {
    var answers = answers(By.INPUTS);
    var key = key(answers, Map.of(), 1);
    var two =
        Map.of(
            "y", tensors.floats(Shape.of(1), 1), "z", tensors.floats(Shape.of(64), new float[64]));
    try (var answer = new Answer.Completed(two, Quality.full(), Timings.none())) {
      answers.keep(key, running, running, answers.closings(), answer);
    }
    var earlier = answers.find(key, running).orElseThrow();
    try (var small = new TensorPool(256, TensorPool.LeakTracing.ON)) {
      assertThrows(TensorMemoryException.class, () -> earlier.answer(small, 0));
      assertEquals(0, small.leased());
    }
  }

  /** What an answer in the property test was given for; it is found by its index. */
  private record Given(String tenant, float x, Running by, long at) {}

  @Test
  void noWalkGivesOneThatIsTooOldOrOfOtherInputsOfAnotherTenantOrOfWhatRanBefore() {
    var seed = new SplittableRandom().nextLong();
    System.out.println("EarlierAnswersTest seed " + seed);
    var random = new SplittableRandom(seed);
    var answers = answers(By.INPUTS);
    var given = new ArrayList<Given>();
    var tenants = List.of("", "acme", "other");
    var now = running;
    var before = running();
    for (var step = 0; step < 5_000; step++) {
      var tenant = tenants.get(random.nextInt(tenants.size()));
      var x = (float) random.nextInt(4);
      var key = key(answers, tenant.isEmpty() ? Map.of() : Map.of("tenant", tenant), x);
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> {
          keep(answers, key, now, given.size());
          given.add(new Given(tenant, x, now, clock.nanos()));
        }
        case 3 -> {
          try (var late = answer(-1, Quality.full())) {
            answers.keep(key, before, now, answers.closings(), late);
          }
        }
        case 4 -> clock.advance(Duration.ofSeconds(random.nextInt(40)));
        case 5 -> {
          if (random.nextInt(10) == 0) {
            before = now;
            now = running();
          }
        }
        default -> {
          var found = found(answers, key, now);
          assertEquals(last(given, tenant, x, now), found, "seed " + seed);
        }
      }
    }
    assertTrue(given.size() > 1_000, "seed " + seed);
  }

  private Optional<Float> last(List<Given> given, String tenant, float x, Running now) {
    for (var i = given.size() - 1; i >= 0; i--) {
      var each = given.get(i);
      if (each.tenant().equals(tenant) && each.x() == x) {
        var isYoung = clock.nanos() - each.at() <= MAX_AGE.toNanos();
        return isYoung && each.by() == now ? Optional.of((float) i) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  @Test
  void aSessionThatIsClosedLeavesNothingOfAnyTenant() {
    var answers = answers(By.SESSION);
    var closed = key(answers, Map.of("session", "s", "tenant", "acme"), 1);
    var other = key(answers, Map.of("session", "t", "tenant", "acme"), 1);
    for (var key : List.of(closed, key(answers, Map.of("session", "s"), 1), other)) {
      keep(answers, key, running, 5);
    }
    var before = answers.closings();
    answers.closed("s");
    try (var late = answer(5, Quality.full())) {
      answers.keep(closed, running, running, before, late);
    }
    assertEquals(1, answers.size());
    assertEquals(Optional.empty(), found(answers, closed, running));
    assertEquals(Optional.of(5f), found(answers, other, running));
  }

  @Test
  void whatGoesByInputsOutlivesSessions() {
    var answers = answers(By.INPUTS);
    var key = key(answers, Map.of("session", "s"), 1);
    keep(answers, key, running, 5);
    answers.closed("s");
    assertEquals(0, answers.closings());
    assertEquals(Optional.of(5f), found(answers, key, running));
  }
}
