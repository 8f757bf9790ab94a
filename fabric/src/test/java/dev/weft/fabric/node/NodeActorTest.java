package dev.weft.fabric.node;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.DispatcherSelector;
import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.load.LoadGauge;
import dev.weft.fabric.load.LoadSettings;
import dev.weft.fabric.pipeline.FabricClock;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The shell only: that it looks again and again, and goes on after a failure. */
class NodeActorTest {

  private static final int PATIENCE_SECONDS = 60;

  private final ActorTestKit kit = ActorTestKit.create(ConfigFactory.load());
  private final LoadSettings settings = LoadSettings.from(ConfigFactory.load());
  private final LoadGauge gauge = new LoadGauge();

  /** Goes on by one interval each time it is read. */
  private final class SteppingClock implements FabricClock {
    private final AtomicLong nanos = new AtomicLong();

    @Override
    public long nanos() {
      return nanos.addAndGet(settings.sampleInterval().toNanos());
    }

    @Override
    public Instant instant() {
      return Instant.EPOCH;
    }
  }

  private void spawn(DoubleSupplier tensorMemoryShare) {
    kit.spawn(
        NodeActor.create(gauge, tensorMemoryShare, new SteppingClock(), settings),
        DispatcherSelector.fromConfig(NodeActor.DISPATCHER));
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void showsOneSampleAfterTheOther() throws InterruptedException {
    var looks = new CountDownLatch(5);
    spawn(
        () -> {
          looks.countDown();
          return 0.5;
        });
    assertTrue(looks.await(PATIENCE_SECONDS, SECONDS));
    assertEquals(0.5, gauge.state().sample().tensorMemoryShare().orElseThrow());
    assertEquals(0, gauge.state().sample().timerLagMillis().orElseThrow());
  }

  @Test
  void looksOnAfterALookThatFailed() throws InterruptedException {
    var looks = new CountDownLatch(4);
    spawn(
        () -> {
          looks.countDown();
          if (looks.getCount() == 2) {
            throw new IllegalStateException("as a test wishes");
          }
          return 0.5;
        });
    assertTrue(looks.await(PATIENCE_SECONDS, SECONDS));
  }
}
