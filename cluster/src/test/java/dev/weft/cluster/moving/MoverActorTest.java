package dev.weft.cluster.moving;

import static dev.weft.cluster.moving.Sights.DWELL;
import static dev.weft.cluster.moving.Sights.NOON;
import static dev.weft.cluster.moving.Sights.REGION;
import static dev.weft.cluster.moving.Sights.SHOP;
import static dev.weft.cluster.moving.Sights.STAY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import com.typesafe.config.ConfigFactory;
import dev.weft.cluster.moving.Sights.Told;
import dev.weft.cluster.site.NodeId;
import dev.weft.fabric.session.Whereabouts;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MoverActorTest {

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          PersistenceTestKitPlugin.getInstance()
              .config()
              .withFallback(PersistenceTestKitSnapshotPlugin.config())
              .withFallback(ConfigFactory.parseString("akka.loglevel = ERROR"))
              .withFallback(ConfigFactory.load()));
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final AtomicInteger NODES = new AtomicInteger();
  private static final Told HUB = Told.of(REGION, "hub").celsius(Double.NaN);
  private static final Told TILL = Told.of(SHOP, "till");

  private final NodeId node = new NodeId(SHOP, "till-" + NODES.incrementAndGet());
  private final FakeCarrier carrier = new FakeCarrier();
  private final AtomicReference<java.time.Instant> now = new AtomicReference<>(NOON);
  private final AtomicReference<Optional<Situation>> situation =
      new AtomicReference<>(Optional.empty());
  private final MoveBook book = new MoveBook();
  private Optional<ActorRef<MoverActor.Command>> mover = Optional.empty();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @AfterEach
  void end() {
    mover.ifPresent(KIT::stop);
  }

  private void start() {
    mover.ifPresent(KIT::stop);
    var all = Sights.ALL;
    var quick =
        new MoveSettings(
            all.heat(),
            all.cost(),
            true,
            Duration.ofMillis(20),
            DWELL,
            STAY,
            all.quietAfter(),
            all.retryAfter(),
            all.loadMax(),
            all.movesMax(),
            all.underWayMax(),
            all.awayMax(),
            all.answerTimeout(),
            all.drain());
    mover =
        Optional.of(
            KIT.spawn(
                MoverActor.create(
                    new MoverActor.Setup(node, quick, carrier, situation::get, book, now::get))));
  }

  private void is(List<Situation.Fed> fed, double celsius) {
    situation.set(Optional.of(Sights.situation(fed, TILL.celsius(celsius), HUB.price(-1))));
  }

  private static void await(BooleanSupplier wanted) {
    KIT.createTestProbe()
        .awaitAssert(
            PATIENCE,
            Duration.ofMillis(10),
            () -> {
              assertTrue(wanted.getAsBoolean());
              return true;
            });
  }

  /** Lets so much time pass round by round, each of which is seen. */
  private void pass(Duration time) {
    now.updateAndGet(before -> before.plus(time));
  }

  private void goAway() {
    carrier.put("shop/0", SHOP, new Whereabouts.Here(0));
    is(Sights.busy(1), 90);
    await(
        () -> {
          pass(DWELL);
          return carrier.isAt("shop/0", REGION);
        });
    await(() -> book.moves().moved().getOrDefault(MoveReason.HEAT, 0L) == 1);
    is(List.of(), 90);
  }

  @Test
  void sessionsLeaveAHotSiteAndComeHomeAlsoAfterTheNodeWasStartedAnew() {
    start();
    goAway();

    start();
    is(List.of(), 50);
    await(
        () -> {
          pass(STAY);
          return carrier.isAt("shop/0", SHOP);
        });
    await(() -> book.moves().moved().getOrDefault(MoveReason.HEAT, 0L) == 2);
    assertEquals(List.of("shop/0 to region", "shop/0 to shop"), carrier.done());
    var last = book.moves().recent().getFirst();
    assertEquals(Optional.of(REGION), last.from());
    assertEquals(SHOP, last.to());
  }

  @Test
  void whatFailsIsToldAndTriedAgainLater() {
    start();
    carrier.put("shop/0", SHOP, new Whereabouts.Here(0));
    carrier.fail(step -> step.startsWith("move"));
    is(Sights.busy(1), 90);
    await(
        () -> {
          pass(DWELL);
          return book.moves().failed() > 0;
        });
    assertEquals("move fails", book.moves().recent().getFirst().trouble());
    assertTrue(carrier.isAt("shop/0", SHOP));

    carrier.fail(_ -> false);
    await(
        () -> {
          pass(DWELL);
          return carrier.isAt("shop/0", REGION);
        });
  }

  @Test
  void nothingHappensWhileTheNodeDoesNotKnowOfItself() {
    start();
    carrier.put("shop/0", SHOP, new Whereabouts.Here(0));
    KIT.createTestProbe().expectNoMessage(Duration.ofMillis(200));
    assertEquals(List.of(), carrier.done());
  }
}
