package dev.weft.cluster.moving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestProbe;
import com.typesafe.config.ConfigFactory;
import dev.weft.cluster.node.ClusterNode;
import dev.weft.cluster.node.NodeConfig;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.Membership;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.session.SessionState;
import dev.weft.link.exchange.ExchangeSettings;
import dev.weft.link.exchange.Peers;
import dev.weft.link.identity.Address;
import dev.weft.link.identity.Security;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
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

/** A shop's box and a region's node in this JVM, over real sockets, whose sessions move. */
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MovingClusterTest {

  private static final Duration WITHIN = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final SiteName SHOP = new SiteName("shop");
  private static final SiteName REGION = new SiteName("region");
  private static final int SESSIONS = 12;

  /** Sessions fall asleep soon, so that some that move are. */
  private static final String QUICK =
      """
      akka.loglevel = WARNING
      weft.fabric.session.idle-after = 400ms
      weft.cluster.place-valid-for = 100ms
      weft.cluster.moving {
        heat.enabled = on
        interval = 100ms
        dwell = 300ms
        stay-min = 300ms
        retry-after = 500ms
        load-max = 1000
        drain { interval = 50ms, page-max = 5, look-again-after = 300ms }
      }
      """;

  @TempDir private static Path folder;

  private static final Security SECURITY = Security.none();
  private static final Peers OPERATOR =
      new Peers("test", ExchangeSettings.from(ConfigFactory.load()), SECURITY, new SecureRandom());
  private static Running till;
  private static Running hub;

  private record Running(Weft weft, ClusterNode node, Pipeline sum, String link) {

    static Running start(
        String site, String name, NodeManifest.Role role, String actors, String seed)
        throws IOException {
      var link = free();
      var manifest =
          new NodeManifest(
              folder.resolve(name + ".yaml"),
              name,
              "A node.",
              "test",
              NodeClass.STANDARD,
              role,
              Optional.of(site),
              List.of("eu-de"),
              OptionalInt.of(1),
              OptionalLong.empty(),
              Optional.of(
                  new Membership(actors, link, List.of(seed), Optional.empty(), Optional.empty())),
              Map.of());
      var own =
          Map.of(
              "weft.persistence.journal.folder",
              folder + "/" + name,
              "weft.cluster.thermal-folder",
              folder + "/thermal-" + name,
              "weft.cluster.route.tenants.kept",
              "nowhere-else");
      var config =
          NodeConfig.of(
              manifest,
              ConfigFactory.parseMap(own)
                  .withFallback(ConfigFactory.parseString(QUICK))
                  .withFallback(ConfigFactory.load()));
      var weft = Weft.embedded(config);
      var model = folder.resolve(name + ".onnx");
      Files.write(model, TinyModels.identity(Datatype.FP32, "n"));
      var sum = weft.register("same", model);
      var node = ClusterNode.start(weft, config, SECURITY, new SecureRandom(), System::nanoTime);
      return new Running(weft, node, sum, link);
    }

    void run(String session, float value) {
      var request =
          Request.of("x", weft.tensors().floats(Shape.of(1), value))
              .within(PATIENCE)
              .with("session", session);
      try (var answer = sum.submit(request).join()) {
        assertEquals(value, ((Answer.Completed) answer).output("y").toFloats()[0]);
      }
    }

    void close() {
      node.close();
      weft.close();
    }
  }

  private static String free() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  @BeforeAll
  static void start() throws IOException {
    temperature(50);
    var seed = free();
    hub = Running.start("region", "hub", NodeManifest.Role.REGION, seed, seed);
    till = Running.start("shop", "till", NodeManifest.Role.EDGE, free(), seed);
    await(
        () -> till.node().status().nodes().size() == 2 && hub.node().status().nodes().size() == 2);
  }

  @AfterAll
  static void stop() {
    OPERATOR.close();
    till.close();
    hub.close();
    SECURITY.close();
  }

  private static void temperature(int celsius) throws IOException {
    var zone = Files.createDirectories(folder.resolve("thermal-till/thermal_zone0"));
    Files.writeString(zone.resolve("type"), "cpu");
    Files.writeString(zone.resolve("temp"), celsius + "000");
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

  private static SessionState claim(String session) {
    return till.weft().sessions().claim(session).join();
  }

  private static boolean livesAt(SiteName site, String session) {
    return claim(session).feeder().node().startsWith(site + "/");
  }

  private static String ask(Running node, byte[] question) {
    var request = new dev.weft.link.exchange.Request(DrainDesk.KIND, 0, question, PATIENCE);
    return switch (OPERATOR.at(Address.of(node.link())).ask(request).join()) {
      case dev.weft.link.exchange.Answer.Done(var payload) ->
          new String(payload, StandardCharsets.UTF_8);
      case dev.weft.link.exchange.Answer.Refused refused -> refused.toString();
    };
  }

  @Test
  @Order(1)
  void sessionsOfAHotSiteGoAndComeHome() throws IOException {
    for (var each = 0; each < 3; each++) {
      till.run("shop/hot-" + each, each);
    }
    temperature(90);
    await(
        () -> {
          var hasGone = true;
          for (var each = 0; each < 3; each++) {
            till.run("shop/hot-" + each, each);
            hasGone &= livesAt(REGION, "shop/hot-" + each);
          }
          return hasGone;
        });
    var moves = till.node().status().moves();
    assertTrue(moves.moved().getOrDefault(MoveReason.HEAT, 0L) >= 3, moves.toString());

    temperature(50);
    await(
        () -> {
          var isHome = true;
          for (var each = 0; each < 3; each++) {
            till.run("shop/hot-" + each, each);
            isHome &= livesAt(SHOP, "shop/hot-" + each);
          }
          return isHome;
        });
  }

  @Test
  @Order(2)
  void aSiteIsDrainedUnderLoadAndEveryEffectIsThereOnce() {
    for (var each = 0; each < SESSIONS; each++) {
      till.weft().sessions().open("shop/" + each, "acme", 1_000_000).join();
    }
    till.weft().sessions().open("shop/kept", "kept", 0).join();
    var before = ran();
    var isOver = new AtomicBoolean();
    var clients = new ArrayList<CompletableFuture<Long>>();
    for (var each = 0; each < 4; each++) {
      // The other sessions are asleep.
      var session = "shop/" + each;
      var through = each % 2 == 0 ? till : hub;
      clients.add(
          CompletableFuture.supplyAsync(
              () -> work(through, session, isOver), Thread::startVirtualThread));
    }

    var begun = ask(hub, DrainDesk.start(SHOP, REGION));
    assertTrue(begun.contains("\"stands\":\"draining\",\"to\":\"region\""), begun);
    await(() -> ask(till, DrainDesk.status(SHOP)).contains("\"stands\":\"drained\""));
    for (var each = 0; each < SESSIONS; each++) {
      assertTrue(livesAt(REGION, "shop/" + each), "session " + each);
    }
    var status = ask(hub, DrainDesk.status(SHOP));
    assertTrue(status.contains("\"session\":\"shop/kept\""), status);
    assertTrue(status.contains("residency: tenant 'kept' allows nowhere-else"), status);
    till.run("shop/new", 1);
    await(() -> livesAt(REGION, "shop/new"));

    ask(till, DrainDesk.undo(SHOP));
    await(() -> ask(till, DrainDesk.status(SHOP)).contains("\"stands\":\"not drained\""));
    isOver.set(true);
    var frames = 1L;
    for (var each = 0; each < clients.size(); each++) {
      var blocks = clients.get(each).join();
      var state = claim("shop/" + each);
      assertTrue(state.feeder().node().startsWith("shop/"), state.toString());
      assertEquals(blocks, state.budget().lastBlock());
      assertEquals(blocks, state.budget().spent());
      assertEquals(Map.of(), state.budget().blocks());
      frames += blocks;
    }
    assertEquals(before + frames, ran(), "each frame ran once");
  }

  private static long ran() {
    return till.sum().counters().completedCount() + hub.sum().counters().completedCount();
  }

  /** Frames one after the other, and an effect on the session with each. */
  private static long work(Running through, String session, AtomicBoolean isOver) {
    var block = 0L;
    while (!isOver.get()) {
      block++;
      through.run(session, block);
      reserve(through, session, block);
    }
    return block;
  }

  private static void reserve(Running through, String session, long block) {
    var isDone = false;
    while (!isDone) {
      try {
        through.weft().sessions().reserve(session, block, 1).join();
        through.weft().sessions().settle(session, block, 1).join();
        isDone = true;
      } catch (CompletionException e) {
        Thread.onSpinWait(); // It is between the two sites: asked again, it changes nothing twice.
      }
    }
  }

  @Test
  @Order(3)
  void refusesWhatIsWrong() {
    var unknown = ask(hub, DrainDesk.status(new SiteName("shop-9")));
    assertTrue(
        unknown.contains("site: 'shop-9': unknown (expected: one of region, shop)"), unknown);
    var self = ask(hub, DrainDesk.start(SHOP, SHOP));
    assertTrue(self.contains("to: 'shop': the site itself (expected: one of region)"), self);
    var verb = "{\"site\": \"shop\", \"verb\": \"dance\"}".getBytes(StandardCharsets.UTF_8);
    assertTrue(ask(hub, verb).contains("verb: 'dance'"));
  }
}
