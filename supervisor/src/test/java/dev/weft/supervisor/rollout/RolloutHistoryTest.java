package dev.weft.supervisor.rollout;

import static dev.weft.supervisor.rollout.Plans.STABLE;
import static dev.weft.supervisor.rollout.Plans.judgement;
import static dev.weft.supervisor.rollout.Plans.plan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.supervisor.gate.Verdict;
import dev.weft.supervisor.rollout.RolloutState.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Rollouts to which anything happens in any order. */
class RolloutHistoryTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Duration LONG = Duration.ofMinutes(6);

  private RolloutState state = RolloutState.none();
  private Instant now = NOON;

  /**
   * Whatever comes, in whatever order and from whichever controller: the state holds together, and
   * from anywhere a controller who goes on alone comes to an end on one variant.
   */
  @Test
  void anyHistoryComesToAnEndOnOneVariant() {
    for (var seed = 0L; seed < 2_000; seed++) {
      var random = new SplittableRandom(seed);
      state = RolloutState.none();
      now = NOON;
      for (var i = 0; i < 60; i++) {
        pass(Duration.ofSeconds(random.nextInt(30)));
        apply(any(random));
        holdsTogether(seed);
      }
      finish(random, seed);
      var traffic = state.traffic();
      assertTrue(traffic.trial().isEmpty(), "seed " + seed);
      assertFalse(state.isActive(), "seed " + seed);
    }
  }

  private RolloutDecision any(SplittableRandom random) {
    var epoch = Math.max(1, state.epoch() - random.nextInt(2));
    var step = random.nextInt(4);
    var attempt = 1 + random.nextInt(3);
    var verdict = judgement(Verdict.values()[random.nextInt(4)]);
    return switch (random.nextInt(13)) {
      case 0 -> state.start(plan(), STABLE, now);
      case 1 -> state.take(state.epoch() + random.nextInt(3) - 1, now);
      case 2 -> state.loading(epoch, now);
      case 3 -> state.loaded(epoch, now);
      case 4 -> state.notLoadable(epoch, "broken", now);
      case 5, 6, 7 -> state.judge(epoch, step, attempt, verdict, now);
      case 8 -> state.watched(epoch, verdict, now);
      case 9 -> random.nextInt(8) == 0 ? state.abort("stop", now) : state.pause("wait", now);
      case 10 -> state.resume(now);
      case 11 -> state.promote(random.nextInt(8) == 0 ? "now" : "", now);
      default -> state.lift("ab".repeat(32), "again", now);
    };
  }

  private void holdsTogether(long seed) {
    var traffic = state.traffic();
    assertEquals(state.isActive(), traffic.trial().isPresent(), "seed " + seed);
    if (state.isBeforePromotion()) {
      var course = state.course().orElseThrow();
      var answers = traffic.trial().orElseThrow().answers();
      assertEquals(Optional.of(STABLE), traffic.stable(), "seed " + seed);
      assertTrue(
          course.load() == Course.Load.DONE || answers == 0,
          "seed %d: a share of %d before it is loaded".formatted(seed, answers));
      assertTrue(course.attempt() <= RolloutState.ATTEMPTS_MAX, "seed " + seed);
      assertFalse(state.denied().containsKey(course.plan().candidateDigest()), "seed " + seed);
    }
    assertTrue(state.past().size() <= RolloutState.PAST_MAX);
    assertEquals(state, StateCodecRoundTrip.of(state), "seed " + seed);
  }

  private void finish(SplittableRandom random, long seed) {
    apply(state.take(state.epoch() + 1, now));
    for (var i = 0; state.isActive(); i++) {
      assertTrue(i < 100, "seed %d: no end in sight: %s".formatted(seed, state));
      pass(LONG);
      var course = state.course().orElseThrow();
      if (course.load() == Course.Load.NEEDED) {
        apply(state.loading(state.epoch(), now));
      } else if (course.load() == Course.Load.UNDER_WAY) {
        apply(state.loaded(state.epoch(), now));
      } else if (state.phase() == Phase.PAUSED) {
        apply(random.nextBoolean() ? state.resume(now) : state.abort("stop", now));
      } else if (state.phase() == Phase.WATCHING) {
        apply(state.watched(state.epoch(), judgement(Verdict.PASS), now));
      } else {
        var verdict = random.nextInt(6) == 0 ? Verdict.FAIL : Verdict.PASS;
        apply(state.judge(state.epoch(), course.step(), course.attempt(), judgement(verdict), now));
      }
    }
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  private void apply(RolloutDecision decision) {
    if (decision instanceof RolloutDecision.Accept(var events)) {
      events.forEach(event -> state = state.on(event));
    }
  }
}
