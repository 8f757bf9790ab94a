package dev.weft.fabric.embedded;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.load.LoadEvent;
import dev.weft.fabric.load.LoadLevel;
import dev.weft.fabric.load.LoadSample;
import dev.weft.fabric.manifest.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The whole watch, from the kernel's files to the embedded API, on the machine of the tests. */
class LoadWatchingTest {

  private static final int PATIENCE_SECONDS = 30;
  private static final int EVENTS_MAX = 40;

  private final BlockingQueue<LoadEvent> events = new LinkedBlockingQueue<>();

  private static Weft weft(String settings) {
    return Weft.embedded(
        ConfigFactory.parseString("weft.fabric.load { %s }".formatted(settings))
            .withFallback(ConfigFactory.load()));
  }

  @Test
  void burnersPauseBackgroundAndItResumesWhenTheyEnd() throws InterruptedException {
    try (var weft = weft("dwell = 200ms, dwell-max = 200ms")) {
      weft.onLoadEvent(events::add);
      var isOver = new AtomicBoolean();
      var burners = burners(isOver);
      try {
        assertTrue(comesTo(weft, LoadLevel.HIGH, LoadLevel.CRITICAL), weft.load().toString());
        assertTrue(weft.load().pausedLanes().contains(Lane.BACKGROUND));
      } finally {
        isOver.set(true);
        for (var burner : burners) {
          burner.join();
        }
      }
      var isCalm = comesTo(weft, LoadLevel.NORMAL);
      assumeTrue(
          isCalm || weft.load().sample().foreignShare().orElse(1) < 0.05,
          "other processes keep this machine too busy to see the level fall");
      assertTrue(isCalm, weft.load().toString());
      var told = weft.load().events();
      assertTrue(told.size() >= 2, told.toString());
    }
  }

  @Test
  void aNodeThatIsNotToWatchShowsNothingAndPausesNothing() {
    try (var weft = weft("enabled = off")) {
      assertEquals(LoadSample.unknown(), weft.load().sample());
      assertEquals(LoadLevel.NORMAL, weft.load().level());
    }
  }

  /** Waits from event to event, but not for ever where a busy machine makes one after the other. */
  private boolean comesTo(Weft weft, LoadLevel... levels) throws InterruptedException {
    var wanted = List.of(levels);
    for (var told = 0; told < EVENTS_MAX && !wanted.contains(weft.load().level()); told++) {
      if (events.poll(PATIENCE_SECONDS, SECONDS) == null) {
        break;
      }
    }
    return wanted.contains(weft.load().level());
  }

  /** Two to a core, which end by themselves should the test fail to end them. */
  private static List<Thread> burners(AtomicBoolean isOver) {
    var burners = new ArrayList<Thread>();
    for (var i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
      var burner =
          new Thread(
              () -> {
                while (!isOver.get()) {
                  Thread.onSpinWait();
                }
              },
              "burner-" + i);
      burner.setDaemon(true);
      burner.start();
      burners.add(burner);
    }
    return burners;
  }
}
