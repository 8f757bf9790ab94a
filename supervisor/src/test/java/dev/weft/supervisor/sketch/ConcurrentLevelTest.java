package dev.weft.supervisor.sketch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ConcurrentLevelTest {

  @Test
  void takesASwingOfLoadOutOfWhatBothVariantsTake() {
    var level = new ConcurrentLevel();
    var random = new SplittableRandom(5);
    var least = Double.MAX_VALUE;
    var most = 0.0;
    for (var i = 0; i < 20_000; i++) {
      var load = 2 + Math.sin(2 * Math.PI * i / 5_000);
      level.add("", 1e6 * load * Math.exp(0.1 * random.nextGaussian()));
      if (i > 1_000) {
        var levelled = level.levelled(3e6 * load).orElseThrow();
        least = Math.min(least, levelled);
        most = Math.max(most, levelled);
      }
    }
    assertTrue(most / least < 1.25, "from %s to %s, where load triples".formatted(least, most));
  }

  @Test
  void doesNotFollowOneSession() {
    var level = new ConcurrentLevel();
    for (var i = 0; i < 200; i++) {
      level.add("s" + i, 1e6);
    }
    for (var frame = 0; frame < 100; frame++) {
      level.add("heavy", 4e6);
    }

    assertEquals(1e6, level.levelled(1e6).orElseThrow(), 0.05e6);
  }

  @Test
  void followsALongSessionAllTheSame() {
    var level = new ConcurrentLevel();
    for (var frame = 0; frame < 1_000; frame++) {
      level.add("camera", 1e6);
    }
    for (var frame = 0; frame < 30_000; frame++) {
      level.add("camera", 2e6);
    }

    assertEquals(0.5e6, level.levelled(1e6).orElseThrow(), 0.01e6);
  }

  @Test
  void hasALevelWithinThirtyFramesOfASingleSession() {
    var level = new ConcurrentLevel();
    for (var frame = 0; frame < 30; frame++) {
      level.add("camera", 1e6);
    }

    assertEquals(1e6, level.levelled(1e6).orElseThrow(), 1);
  }

  @Test
  void listensToASessionTheLessTheMoreThereAre() {
    var level = new ConcurrentLevel();
    for (var i = 0; i < 8; i++) {
      level.add("s" + i, 1e6);
    }
    for (var frame = 0; frame < 100; frame++) {
      level.add("s0", 4e6);
    }

    // Four values of 32: e^(4/12 * ln 4) at most
    assertTrue(level.levelled(1e6).orElseThrow() > 0.6e6);
  }

  @Test
  void saysNothingBeforeThereIsALevel() {
    var level = new ConcurrentLevel();
    for (var i = 1; i < ConcurrentLevel.FIRST; i++) {
      level.add("", 1e6);
    }
    assertTrue(level.levelled(1e6).isEmpty());
    level.add("", 1e6);
    assertEquals(1e6, level.levelled(1e6).orElseThrow(), 1);
  }
}
