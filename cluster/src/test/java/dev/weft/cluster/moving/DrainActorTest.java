package dev.weft.cluster.moving;

import static dev.weft.cluster.moving.Sights.NOON;
import static dev.weft.cluster.moving.Sights.REGION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import com.typesafe.config.ConfigFactory;
import dev.weft.cluster.moving.Sights.Told;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.json.Json;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.session.Whereabouts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DrainActorTest {

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          PersistenceTestKitPlugin.getInstance()
              .config()
              .withFallback(PersistenceTestKitSnapshotPlugin.config())
              .withFallback(ConfigFactory.parseString("akka.loglevel = ERROR"))
              .withFallback(ConfigFactory.load()));
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final AtomicInteger SITES = new AtomicInteger();
  private static final int SESSIONS = 10;

  /** Journals are told apart by the site's name. */
  private final SiteName site = new SiteName("shop-" + SITES.incrementAndGet());

  private final Told till = Told.of(site, "till");
  private final Told hub = Told.of(REGION, "hub");
  private final FakeCarrier carrier = new FakeCarrier();
  private final AtomicReference<Situation> situation =
      new AtomicReference<>(Sights.situation(List.of(), till, hub));
  private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
  private final AtomicBoolean isDraining = new AtomicBoolean();
  private final AtomicBoolean isJournalGone = new AtomicBoolean();
  private final MoveBook book = new MoveBook();
  private Optional<ActorRef<DrainActor.Command>> actor = Optional.empty();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @AfterEach
  void end() {
    actor.ifPresent(KIT::stop);
  }

  private void start() {
    actor.ifPresent(KIT::stop);
    actor =
        Optional.of(
            KIT.spawn(
                DrainActor.create(
                    new DrainActor.Setup(
                        site,
                        Sights.ALL,
                        carrier,
                        () -> Optional.of(situation.get()),
                        (from, max) ->
                            isJournalGone.get()
                                ? CompletableFuture.failedFuture(
                                    new IllegalStateException("no journal"))
                                : CompletableFuture.completedFuture(carrier.page(site, from, max)),
                        isDraining::set,
                        book,
                        now::get))));
  }

  private void sessions() {
    IntStream.range(0, SESSIONS).forEach(each -> opened(site + "/" + each));
  }

  private void opened(String session) {
    carrier.put(session, site, new Whereabouts.Here(0));
  }

  private long at(SiteName where) {
    return IntStream.range(0, SESSIONS)
        .filter(each -> carrier.isAt(site + "/" + each, where))
        .count();
  }

  private Map<String, Object> ask(DrainQuestion question) {
    var text = Json.write(DrainQuestion.object(site, question));
    return Json.readObject(
        DrainActor.ask(KIT.system(), actor.orElseThrow(), text, PATIENCE)
            .toCompletableFuture()
            .join());
  }

  private Map<String, Object> drain() {
    return ask(new DrainQuestion.Start(REGION));
  }

  private Map<String, Object> status() {
    return ask(new DrainQuestion.Status());
  }

  private void await(BooleanSupplier wanted) {
    KIT.createTestProbe()
        .awaitAssert(
            PATIENCE,
            Duration.ofMillis(10),
            () -> {
              now.updateAndGet(before -> before.plusMillis(20));
              assertTrue(wanted.getAsBoolean(), () -> status().toString());
              return true;
            });
  }

  private boolean stands(String how) {
    return how.equals(status().get("stands"));
  }

  @Test
  void allSessionsGoAndNewOnesFollowAndAllComeHomeWhenItIsUndone() {
    sessions();
    carrier.put("region/guest", site, new Whereabouts.Here(1));
    carrier.close(site + "/closed", site);
    start();
    assertEquals("not drained", status().get("stands"));
    assertFalse(isDraining.get());

    assertEquals("draining", drain().get("stands"));
    await(() -> stands("drained"));
    assertEquals(SESSIONS, at(REGION));
    assertTrue(carrier.isAt("region/guest", REGION));
    assertTrue(isDraining.get());
    assertEquals(SESSIONS + 1L, status().get("away"));
    drain();
    opened(site + "/new");
    await(() -> carrier.isAt(site + "/new", REGION));

    assertEquals("coming home", ask(new DrainQuestion.Undo()).get("stands"));
    await(() -> stands("not drained"));
    assertEquals(SESSIONS, at(site));
    assertTrue(carrier.isAt("region/guest", site), "it was here");
    assertFalse(isDraining.get());
    assertEquals(2L * (SESSIONS + 2), book.moves().moved().getOrDefault(MoveReason.DRAIN, 0L));
  }

  @Test
  void whoeverComesNextGoesOn() {
    sessions();
    carrier.fail(step -> step.startsWith("move") && !step.contains("/3@"));
    start();
    drain();
    await(() -> at(REGION) == 1);
    start();
    await(isDraining::get);
    carrier.fail(_ -> false);
    start();

    await(() -> stands("drained"));
    assertEquals(SESSIONS, at(REGION));
    start();
    ask(new DrainQuestion.Undo());
    start();
    await(() -> at(site) == SESSIONS);
  }

  @Test
  void whatMayNotGoStaysAndIsNamed() {
    sessions();
    situation.set(
        Sights.situation(
            Map.of("acme", Residency.within(List.of("eu-de"))),
            List.of(),
            List.of(till.pipelines("look", "hear"), hub.zones("us"))));
    start();
    drain();

    await(() -> stands("drained"));
    assertEquals(0, at(REGION));
    var status = status();
    assertEquals((long) SESSIONS, status.get("stayingCount"));
    assertTrue(
        String.valueOf(status.get("staying"))
            .contains(
                "residency: tenant 'acme' allows eu-de (expected: all nodes of site 'region'"
                    + " there; node region/hub lies in us)"),
        status.toString());
    assertEquals(List.of("hear"), status.get("missingPipelines"));

    situation.set(Sights.situation(List.of(), till, hub));
    await(() -> at(REGION) == SESSIONS);
    await(() -> stands("drained") && status().toString().contains("stayingCount=0"));
  }

  @Test
  void whatFailsIsNamedAndTriedAgain() {
    sessions();
    carrier.fail(step -> step.contains("/3@region"));
    start();
    drain();
    await(() -> at(REGION) == SESSIONS - 1);
    await(() -> String.valueOf(status().get("failing")).contains("move fails"));
    assertTrue(stands("draining"));

    carrier.fail(_ -> false);
    await(() -> stands("drained"));
    assertEquals(SESSIONS, at(REGION));
    assertEquals(0L, status().get("failingCount"));
  }

  @Test
  void nothingGoesWhileTheOtherSiteOrTheJournalIsAway() {
    sessions();
    start();
    isJournalGone.set(true);
    drain();
    situation.set(Sights.situation(List.of(), till));
    isJournalGone.set(false);
    await(() -> String.valueOf(status().get("trouble")).contains("no node of it is a member"));
    assertEquals(0, at(REGION));

    situation.set(Sights.situation(List.of(), till, hub));
    await(() -> stands("drained"));
    assertEquals(SESSIONS, at(REGION));
  }

  @Test
  void refusesWhereNoSessionCanGo() {
    start();
    var own = String.valueOf(ask(new DrainQuestion.Start(site)).get("refused"));
    assertTrue(own.contains("the site itself (expected: one of region)"), own);
    var nowhere = new DrainQuestion.Start(new SiteName("nowhere"));
    assertEquals("to: 'nowhere': unknown (expected: one of region)", ask(nowhere).get("refused"));
    situation.set(Sights.situation(List.of(), till, hub.draining()));
    var drained = String.valueOf(drain().get("refused"));
    assertTrue(drained.contains("site 'region': it is drained itself"), drained);
    assertEquals("not drained", status().get("stands"));
  }

  @Test
  void whatIsBetweenTwoSitesIsBroughtToItsEndFirst() {
    carrier.put(
        site + "/0",
        site,
        new Whereabouts.Held(
            1,
            "region",
            "",
            FakeCarrier.state(
                dev.weft.fabric.session.SessionState.Phase.OPEN, new Whereabouts.Here(1)),
            Optional.empty()));
    start();
    drain();
    await(() -> carrier.isAt(site + "/0", REGION));
  }
}
