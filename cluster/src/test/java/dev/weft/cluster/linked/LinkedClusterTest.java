package dev.weft.cluster.linked;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestProbe;
import com.typesafe.config.ConfigFactory;
import dev.weft.cluster.fleet.FakeRollouts;
import dev.weft.cluster.fleet.FleetDesk;
import dev.weft.cluster.fleet.LocalRollout;
import dev.weft.cluster.moving.DrainDesk;
import dev.weft.cluster.node.MoveDesk;
import dev.weft.cluster.node.StatusDesk;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.NodeManifest.Role;
import dev.weft.fabric.session.SessionException;
import dev.weft.fabric.session.SessionRefusal;
import dev.weft.fabric.session.SessionTransfer;
import dev.weft.link.exchange.ExchangeSettings;
import dev.weft.link.exchange.Peers;
import dev.weft.link.identity.Security;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A region's node and a shop's box in this JVM that are clusters of their own, over real sockets,
 * joined by their data links alone.
 */
@Timeout(240)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LinkedClusterTest {

  private static final Duration WITHIN = Duration.ofSeconds(60);
  private static final SiteName SHOP = new SiteName("shop");
  private static final SiteName REGION = new SiteName("region");
  private static final Set<String> BOTH = Set.of("region/hub", "shop/till");
  private static final String ACCEPTING = "weft.cluster.linked.accept = on";
  private static final String ROLLOUT =
      """
      apiVersion: weft/v1
      kind: Rollout
      name: shelf-better
      summary: A rollout of a test.
      owner: tests@example.com
      stage: shelf
      limits: {cpu: {ratio: 3}}
      candidate: better\
      """;

  @TempDir private static Path folder;

  private static final Security SECURITY = Security.none();
  private static final Peers OPERATOR = peers("test");
  private static final FakeRollouts LOCAL = new FakeRollouts("default");
  private static LinkedNode till;
  private static LinkedNode hub;

  private static Peers peers(String name) {
    return new Peers(
        name, ExchangeSettings.from(ConfigFactory.load()), SECURITY, new SecureRandom());
  }

  @BeforeAll
  static void start() throws IOException {
    hub =
        LinkedNode.start(
            folder, "region", "hub", Role.REGION, List.of(), ACCEPTING, Optional.empty());
    till =
        LinkedNode.start(
            folder, "shop", "till", Role.EDGE, List.of(hub.link()), "", Optional.of(LOCAL));
    till.weft().register("shelf", folder.resolve("till.onnx"));
    await(() -> till.hears().equals(BOTH) && hub.hears().equals(BOTH));
  }

  @AfterAll
  static void stop() {
    OPERATOR.close();
    till.close();
    hub.close();
    SECURITY.close();
  }

  private static void await(BooleanSupplier wanted) {
    TestProbe.create(till.weft().system())
        .awaitAssert(
            WITHIN,
            Duration.ofMillis(50),
            () -> {
              assertTrue(wanted.getAsBoolean());
              return true;
            });
  }

  private static String livesAt(LinkedNode asked, String session) {
    return asked.weft().sessions().claim(session).join().feeder().node();
  }

  private static SessionRefusal refusal(CompletableFuture<?> answer) {
    var failed = assertThrows(CompletionException.class, answer::join);
    return assertInstanceOf(SessionException.class, failed.getCause()).refusal();
  }

  @Test
  @Order(1)
  void eachIsAMemberOfItsOwnClusterAndSeesTheOtherLinked() {
    await(() -> hub.members().equals(Set.of("region reached own", "shop reached linked")));
    assertEquals(Set.of("region reached linked", "shop reached own"), till.members());
    var status = hub.answer(OPERATOR, StatusDesk.KIND, new byte[0]);
    assertTrue(status.contains("\"reached\":true,\"linked\":true"), status);
  }

  @Test
  @Order(2)
  void framesOfASessionRunWhereItLives() {
    hub.weft().sessions().open("shop/visit", "acme", 0).join();
    assertEquals("shop/till", livesAt(hub, "shop/visit"));
    till.weft().sessions().open("region/desk", "acme", 0).join();
    assertEquals("region/hub", livesAt(till, "region/desk"));
    for (var frame = 1; frame <= 20; frame++) {
      hub.run("shop/visit", frame);
      till.run("region/desk", frame);
    }
    assertEquals(20, hub.node().status().frames().away());
    assertEquals(20, till.node().status().frames().taken());
    assertEquals(20, till.node().status().frames().away());
    assertEquals(20, hub.node().status().frames().taken());
  }

  @Test
  @Order(3)
  void aRefusalComesAsASessionOfOnesOwnGivesIt() {
    assertEquals(SessionRefusal.NOT_OPEN, refusal(hub.weft().sessions().claim("shop/none")));
    var other = hub.weft().sessions().open("shop/visit", "other", 0);
    assertEquals(SessionRefusal.OTHER_TENANT, refusal(other));
  }

  @Test
  @Order(4)
  void aSessionMovesThereAndBackAndEveryEffectIsThereOnce() {
    var sessions = till.weft().sessions();
    sessions.open("shop/wanders", "acme", 1_000_000).join();
    var isOver = new AtomicBoolean();
    var clients =
        List.of(till, hub).stream()
            .map(
                through ->
                    CompletableFuture.supplyAsync(
                        () -> work(through, isOver), Thread::startVirtualThread))
            .toList();
    for (var round = 0; round < 3; round++) {
      move(till, "region");
      assertEquals("region/hub", livesAt(till, "shop/wanders"));
      move(hub, "shop");
      assertEquals("shop/till", livesAt(hub, "shop/wanders"));
    }
    isOver.set(true);
    var frames = clients.stream().mapToLong(CompletableFuture::join).sum();
    assertTrue(frames > 0);
    var state = sessions.claim("shop/wanders").join();
    assertEquals(state.budget().lastBlock(), state.budget().spent());
    assertEquals(Map.of(), state.budget().blocks());
    var where = till.answer(OPERATOR, MoveDesk.KIND, MoveDesk.where("shop/wanders"));
    assertTrue(where.contains("\"site\":\"shop\""), where);
  }

  private static void move(LinkedNode through, String to) {
    new SessionTransfer(through.weft().sessions(), "shop/wanders").bring("shop", to).join();
  }

  /** Frames one after the other; through the till an effect on the session with each, too. */
  private static long work(LinkedNode through, AtomicBoolean isOver) {
    var frames = 0L;
    while (!isOver.get()) {
      frames++;
      through.run("shop/wanders", frames);
      if (through == till) {
        spend(frames);
      }
    }
    return frames;
  }

  private static void spend(long block) {
    var isDone = false;
    while (!isDone) {
      try {
        till.weft().sessions().reserve("shop/wanders", block, 1).join();
        till.weft().sessions().settle("shop/wanders", block, 1).join();
        isDone = true;
      } catch (CompletionException e) {
        Thread.onSpinWait(); // It is between the two sites: asked again, it changes nothing twice.
      }
    }
  }

  @Test
  @Order(5)
  void aSiteIsDrainedToItsRegionAndBack() {
    for (var each = 0; each < 7; each++) {
      till.weft().sessions().open("shop/d" + each, "acme", 0).join();
    }
    var elsewhere = hub.answer(OPERATOR, DrainDesk.KIND, DrainDesk.start(SHOP, REGION));
    assertTrue(elsewhere.contains("of another cluster (expected: asked at one of"), elsewhere);
    var begun = till.answer(OPERATOR, DrainDesk.KIND, DrainDesk.start(SHOP, REGION));
    assertTrue(begun.contains("\"stands\":\"draining\",\"to\":\"region\""), begun);
    await(() -> drain().contains("\"stands\":\"drained\""));
    for (var each = 0; each < 7; each++) {
      assertEquals("region/hub", livesAt(till, "shop/d" + each));
    }
    till.answer(OPERATOR, DrainDesk.KIND, DrainDesk.undo(SHOP));
    await(() -> drain().contains("\"stands\":\"not drained\""));
    assertEquals("shop/till", livesAt(hub, "shop/d0"));
  }

  private static String drain() {
    return till.answer(OPERATOR, DrainDesk.KIND, DrainDesk.status(SHOP));
  }

  @Test
  @Order(6)
  void aLinkThatIsCutMakesAnIslandAndHealsByItself() {
    hub.proxy().cut();
    till.proxy().cut();
    await(() -> till.hears().size() == 1 && hub.hears().size() == 1);
    assertEquals(Set.of("region reached own", "shop away linked"), hub.members());

    assertEquals(SessionRefusal.UNREACHABLE, refusal(hub.weft().sessions().claim("shop/visit")));
    assertEquals(SessionRefusal.UNREACHABLE, refusal(till.weft().sessions().claim("region/desk")));
    till.run("shop/visit", 1);
    assertEquals("shop/till", livesAt(till, "shop/visit"));
    till.run("region/desk", 2);

    hub.proxy().heal();
    till.proxy().heal();
    await(() -> till.hears().equals(BOTH) && hub.hears().equals(BOTH));
    await(() -> reaches(hub, "shop/visit") && reaches(till, "region/desk"));
    assertEquals("shop/till", livesAt(hub, "shop/visit"));
  }

  /** Whether it is asked; a connection may take a moment longer than word of the node. */
  private static boolean reaches(LinkedNode through, String session) {
    return through.weft().sessions().claim(session).handle((state, _) -> state != null).join();
  }

  @Test
  @Order(7)
  void aRolloutOfTheFleetGoesToALinkedSiteAndOutlivesACut() {
    await(() -> fleet(FleetDesk.start(ROLLOUT, "shop; rest")).contains("\"phase\":\"under way\""));
    await(() -> LOCAL.now().phase() == LocalRollout.Phase.TRIED);
    hub.proxy().cut();
    till.proxy().cut();
    await(() -> hub.hears().size() == 1);
    assertTrue(fleet().contains("it is not reached now"), fleet());
    await(() -> LOCAL.pass("shelf"));
    hub.proxy().heal();
    till.proxy().heal();
    await(() -> fleet().contains("\"phase\":\"done\""));
    assertEquals(List.of("start better"), LOCAL.done());
  }

  private static String fleet() {
    return fleet(FleetDesk.status());
  }

  private static String fleet(byte[] question) {
    return hub.answer(OPERATOR, FleetDesk.KIND, question);
  }

  @Test
  @Order(8)
  void aNodeOfAnotherClusterAsksNothingThatIsForOperators() {
    try (var shop = peers("shop/till")) {
      for (var kind : List.of(StatusDesk.KIND, FleetDesk.KIND, MoveDesk.KIND, DrainDesk.KIND)) {
        var refused = hub.answer(shop, kind, FleetDesk.status());
        assertTrue(refused.contains("is not answered here to 'shop/till'"), refused);
      }
      var untrue = hub.answer(shop, LinkedDesk.KIND, new byte[] {1, 2, 3});
      assertTrue(untrue.contains("reason=FAILED"), untrue);
    }
  }

  @Test
  @Order(9)
  void aRegionThatAcceptsNobodyHearsNobody() throws IOException {
    var closed =
        LinkedNode.start(folder, "closed", "shut", Role.REGION, List.of(), "", Optional.empty());
    var lonely =
        LinkedNode.start(
            folder,
            "kiosk",
            "box",
            Role.EDGE,
            List.of(closed.link(), closed.link()),
            "",
            Optional.empty());
    try (var box = peers("kiosk/box")) {
      await(() -> lonely.hears().equals(Set.of("kiosk/box")));
      var refused = closed.answer(box, LinkedDesk.KIND, new byte[0]);
      assertTrue(refused.contains("kind: 'linked' is not answered here"), refused);
      var session = closed.answer(box, RelayDesk.KIND, new byte[0]);
      assertTrue(session.contains("kind: 'session' is not answered here"), session);
      assertEquals(Set.of("closed/shut"), closed.hears());
      var asked = lonely.weft().sessions().claim("closed/x");
      assertEquals(SessionRefusal.UNREACHABLE, refusal(asked));
    } finally {
      lonely.close();
      closed.close();
    }
  }
}
