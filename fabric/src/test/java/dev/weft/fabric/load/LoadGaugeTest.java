package dev.weft.fabric.load;

import static dev.weft.fabric.load.LoadLevel.CRITICAL;
import static dev.weft.fabric.load.LoadLevel.HIGH;
import static dev.weft.fabric.load.LoadLevel.NORMAL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.Lane;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class LoadGaugeTest {

  private final LoadGauge gauge = new LoadGauge();
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private int told;

  /** Without a stack trace, which would fill the log. */
  private static final class Unwelcome extends Error {
    Unwelcome() {
      super("as a test wishes", null, false, false);
    }
  }

  private void change(LoadLevel from, LoadLevel to) {
    gauge.show(Samples.calm(), event(from, to, told++), tasks::add);
  }

  private static LoadEvent.LevelChanged event(LoadLevel from, LoadLevel to, int second) {
    return new LoadEvent.LevelChanged(from, to, "a test", Instant.ofEpochSecond(second));
  }

  private void runTasks() {
    while (!tasks.isEmpty()) {
      tasks.removeFirst().run();
    }
  }

  @Test
  void showsTheLanesThatWait() {
    assertFalse(gauge.isPaused(Lane.SHADOW));
    change(NORMAL, HIGH);
    assertEquals(HIGH, gauge.level());
    assertTrue(gauge.isPaused(Lane.BACKGROUND));
    assertFalse(gauge.isPaused(Lane.INTERACTIVE));
    assertEquals(1 << Lane.BACKGROUND.ordinal() | 1 << Lane.SHADOW.ordinal(), gauge.pausedMask());
    assertEquals(Set.of(Lane.BACKGROUND, Lane.SHADOW), gauge.state().pausedLanes());
  }

  @Test
  void noLevelPausesPerceptionOrInteractiveWorkAndEachPausesWhatTheCalmerOneDoes() {
    var before = 0;
    for (var level : LoadLevel.values()) {
      assertFalse(level.pauses(Lane.PERCEPTION));
      assertFalse(level.pauses(Lane.INTERACTIVE));
      assertEquals(before, before & level.pausedMask());
      before = level.pausedMask();
    }
  }

  @Test
  void keepsTheLast64Events() {
    for (var i = 0; i < 50; i++) {
      change(NORMAL, HIGH);
      change(HIGH, NORMAL);
    }
    var events = gauge.state().events();
    assertEquals(LoadState.EVENTS_MAX, events.size());
    assertEquals(Instant.ofEpochSecond(36), events.getFirst().at());
    assertEquals(Instant.ofEpochSecond(99), events.getLast().at());
  }

  @Test
  void wakesOnlyWhenOtherLanesWaitThanBefore() {
    var seen = new ArrayList<LoadLevel>();
    gauge.wakeOnChange(() -> seen.add(gauge.level()));
    change(NORMAL, HIGH);
    change(HIGH, CRITICAL);
    change(CRITICAL, HIGH);
    change(HIGH, NORMAL);
    assertEquals(List.of(HIGH, NORMAL), seen);
  }

  @Test
  void aListenerHearsEveryEventInOrderOnTheExecutor() {
    var heard = new ArrayList<LoadEvent>();
    gauge.listen(heard::add);
    change(NORMAL, HIGH);
    change(HIGH, NORMAL);
    assertEquals(List.of(), heard);
    assertEquals(1, tasks.size(), "one task per listener at a time");
    runTasks();
    assertEquals(List.of(event(NORMAL, HIGH, 0), event(HIGH, NORMAL, 1)), heard);
  }

  @Test
  void aListenerThatThrowsHearsTheNextEventAndHurtsNobody() {
    var heard = new ArrayList<LoadEvent>();
    gauge.listen(
        event -> {
          heard.add(event);
          throw new Unwelcome();
        });
    gauge.listen(heard::add);
    change(NORMAL, HIGH);
    runTasks();
    change(HIGH, NORMAL);
    runTasks();
    assertEquals(4, heard.size());
  }

  @Test
  void aSlowListenerMissesTheOldestEventsOnly() {
    var heard = new ArrayList<LoadEvent>();
    gauge.listen(heard::add);
    for (var i = 0; i < LoadListeners.WAITING_MAX + 3; i++) {
      change(NORMAL, HIGH);
    }
    runTasks();
    assertEquals(LoadListeners.WAITING_MAX, heard.size());
    assertEquals(Instant.ofEpochSecond(3), heard.getFirst().at());
  }

  @Test
  void aClosedSubscriptionHearsNothingMoreAndLeavesItsPlace() {
    var heard = new ArrayList<LoadEvent>();
    for (var i = 0; i < 3 * LoadListeners.LISTENERS_MAX; i++) {
      gauge.listen(heard::add).close();
    }
    change(NORMAL, HIGH);
    runTasks();
    assertEquals(List.of(), heard);
  }

  @Test
  void refusesMoreListenersThanItCanServe() {
    for (var i = 0; i < LoadListeners.LISTENERS_MAX; i++) {
      gauge.listen(_ -> {});
    }
    var refused = assertThrows(IllegalStateException.class, () -> gauge.listen(_ -> {}));
    assertEquals("load listeners: 8 already (expected: < 8)", refused.getMessage());
  }

  @Test
  void anExecutorThatRefusesIsTriedAgainWithTheNextEvent() {
    var heard = new ArrayList<LoadEvent>();
    gauge.listen(heard::add);
    gauge.show(
        Samples.calm(),
        event(NORMAL, HIGH, 0),
        _ -> {
          throw new RejectedExecutionException("full");
        });
    change(HIGH, NORMAL);
    runTasks();
    assertEquals(List.of(event(HIGH, NORMAL, 0)), heard);
  }
}
