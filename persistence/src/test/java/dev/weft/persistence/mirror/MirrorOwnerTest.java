package dev.weft.persistence.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.segment.MirrorPosition;
import dev.weft.persistence.segment.SegmentStore;
import dev.weft.persistence.testkit.ManualPacer;
import dev.weft.persistence.testkit.SimulatedDisk;
import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.Retention;
import dev.weft.persistence.trace.TraceEntry;
import dev.weft.persistence.trace.TraceKey;
import dev.weft.persistence.trace.TraceSettings;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MirrorOwnerTest {

  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final Duration TICK = Duration.ofMillis(10);

  private boolean isFailing;

  /** Fails as no disk may where a file is opened. */
  private Disk failing(SimulatedDisk disk) {
    return (Disk)
        Proxy.newProxyInstance(
            Disk.class.getClassLoader(),
            new Class<?>[] {Disk.class},
            (_, method, arguments) -> {
              if (isFailing && method.getName().equals("open")) {
                throw new IllegalStateException("a bug");
              }
              try {
                return method.invoke(disk, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void aBugIsToldAndNoRecordWaitsForIt() throws IOException {
    var storing = new ManualPacer();
    var reading = new ManualPacer();
    var settings = TraceSettings.of(List.of(Retention.of("a", 64 << 10, Duration.ofDays(1))));
    try (var store =
            SegmentStore.open(
                failing(new SimulatedDisk(1)), settings, () -> NOW, new SecureRandom(), storing);
        var owner =
            new MirrorOwner(
                store,
                new Terms("edge-1", Optional.empty()),
                MirrorSite.SETTINGS,
                reading,
                new ManualPacer())) {
      owner.standby(Optional.of("b"));
      var first = ask(owner);
      reading.pass(TICK);
      var safe = new SafeStore(store);
      safe.guard(Optional.of(owner));
      assertTrue(owner.status().isInStep());
      isFailing = true;
      var kept =
          safe.append(new TraceEntry(new TraceKey("s", "p", "", "a", NOW), new byte[3], List.of()));
      storing.pass(Duration.ofSeconds(1));
      assertFalse(kept.toCompletableFuture().isDone());
      reading.pass(TICK);
      assertInstanceOf(Outcome.Kept.class, kept.toCompletableFuture().getNow(null));
      var refused = assertInstanceOf(Pulled.Refused.class, first.getNow(null));
      assertEquals(Pulled.Reason.FAILED, refused.reason());
      assertFalse(owner.status().isInStep());
      assertTrue(owner.status().trouble().orElseThrow().contains("a bug"));
      isFailing = false;
      var second = ask(owner);
      reading.pass(TICK);
      assertInstanceOf(Pulled.Next.class, second.getNow(null));
    }
  }

  private static CompletableFuture<Pulled> ask(MirrorOwner owner) {
    return owner
        .answer("b", new Pull(Optional.of("edge-1"), MirrorPosition.START, Optional.empty()))
        .toCompletableFuture();
  }
}
