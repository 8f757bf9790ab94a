package dev.weft.cluster.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestProbe;
import com.typesafe.config.ConfigFactory;
import dev.weft.cluster.fact.NodeFacts;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.SingleModel;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.Membership;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest;
import dev.weft.fabric.manifest.Reach;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Request;
import dev.weft.link.identity.Security;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A shop's box and a region's node in this JVM, over real sockets. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterNodeTest {

  private static final Duration WITHIN = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private static Path folder;

  private static Running till;
  private static Running hub;

  private record Running(Weft weft, ClusterNode node, Pipeline sum) {

    static Running start(NodeManifest manifest) throws IOException {
      var journal =
          Map.of(
              "weft.persistence.journal.folder",
              folder + "/" + manifest.name(),
              "weft.cluster.route.tenants.acme-us",
              "us-east");
      var config =
          NodeConfig.of(
              manifest,
              ConfigFactory.parseMap(journal)
                  .withFallback(ConfigFactory.parseString("akka.loglevel = WARNING"))
                  .withFallback(ConfigFactory.load()));
      var weft = Weft.embedded(config);
      var model = folder.resolve(manifest.name() + ".onnx");
      Files.write(model, TinyModels.identity(Datatype.FP32, "n"));
      var sum = weft.register("same", model);
      var node =
          ClusterNode.start(weft, config, Security.none(), new SecureRandom(), System::nanoTime);
      return new Running(weft, node, sum);
    }

    /** The same with a manifest that says how far its frames may go. */
    Pipeline deploy(String name, Reach reach) {
      var single = SingleModel.of(name, folder.resolve(node.status().seenBy().name() + ".onnx"));
      return weft.deploy(single.pipeline().reaching(reach), Map.of(name, single.stage()));
    }

    Request request(float value) {
      return Request.of("x", weft.tensors().floats(Shape.of(1), value)).within(PATIENCE);
    }

    Answer run(String session, float value) {
      return sum.submit(request(value).with("session", session)).join();
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

  private static NodeManifest manifest(
      String site, String zone, String name, NodeManifest.Role role, String actors, String seed)
      throws IOException {
    return new NodeManifest(
        folder.resolve(name + ".yaml"),
        name,
        "A node.",
        "test",
        NodeClass.STANDARD,
        role,
        Optional.of(site),
        List.of(zone),
        OptionalInt.of(1),
        OptionalLong.empty(),
        Optional.of(
            new Membership(actors, free(), List.of(seed), Optional.empty(), Optional.empty())),
        Map.of());
  }

  @BeforeAll
  static void start() throws IOException {
    var seed = free();
    hub = Running.start(manifest("region", "us-east", "hub", NodeManifest.Role.REGION, seed, seed));
    till = Running.start(manifest("shop", "eu-de", "till", NodeManifest.Role.EDGE, free(), seed));
    TestProbe.create(till.weft().system())
        .awaitAssert(
            WITHIN,
            () -> {
              assertEquals(Set.of("region/hub", "shop/till"), nodes(till));
              assertEquals(Set.of("region/hub", "shop/till"), nodes(hub));
              return true;
            });
  }

  private static Set<String> nodes(Running at) {
    return at.node().status().nodes().stream()
        .map(facts -> facts.id().toString())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  private static float value(Answer answer) {
    try (answer) {
      return ((Answer.Completed) answer).output("y").toFloats()[0];
    }
  }

  @Test
  @Order(1)
  void tellOthersWhatTheyAreAndRun() {
    var facts =
        hub.node().status().nodes().stream()
            .filter(node -> node.name().equals("till"))
            .findFirst()
            .map(NodeFacts::state)
            .orElseThrow();
    assertEquals(Set.of("same"), facts.pipelines());
    assertEquals(Set.of("same@default"), facts.variants());
    assertTrue(facts.memoryFree() > 0);
  }

  @Test
  @Order(2)
  void runsTheFramesOfASessionWhereItLives() {
    hub.weft().sessions().open("shop/visit", "acme", 0).join();
    var before = hub.node().status().frames();

    for (var frame = 1; frame <= 20; frame++) {
      assertEquals(frame, value(hub.run("shop/visit", frame)));
    }
    assertEquals(21, value(till.run("visit", 21)), "at home it needs no site before it");

    assertEquals(before.away() + 20, hub.node().status().frames().away());
    assertEquals(20, till.node().status().frames().taken());
    assertEquals(0, hub.node().status().frames().taken());
  }

  @Test
  @Order(3)
  void aFrameOpensTheSessionThatItNames() {
    assertEquals(1, value(hub.run("shop/nobody-opened-it", 1)));
    var opened = till.weft().sessions().state("nobody-opened-it").join();
    assertEquals("nobody", opened.tenant());
    assertEquals("shop/till", opened.feeder().node());
  }

  @Test
  @Order(3)
  void runsFramesOfNoSessionHere() {
    var plain = Request.of("x", hub.weft().tensors().floats(Shape.of(1), 3));
    assertEquals(3, value(hub.sum().submit(plain).join()));
    assertEquals(21, hub.node().status().frames().away());
  }

  @Test
  @Order(4)
  void aFailureThereIsAFailureHere() {
    var wrong =
        Request.of("nothing", hub.weft().tensors().floats(Shape.of(1), 3))
            .with("session", "shop/visit")
            .within(PATIENCE);
    var failed = (Answer.Failed) hub.sum().submit(wrong).join();
    assertTrue(failed.message().contains("input 'x'"), failed.message());
  }

  private static Reach kept(String... zones) {
    return new Reach(Residency.within(List.of(zones)), List.of(), Optional.empty());
  }

  private static String refusal(ErrorCode code, Answer answer) {
    var failed = (Answer.Failed) answer;
    assertEquals(code, failed.code(), failed.message());
    return failed.message();
  }

  @Test
  @Order(5)
  void noFrameLeavesForANodeThatResidencyKeepsItOff() {
    var pipeline = hub.deploy("american", kept("us-east"));
    var there = till.deploy("american", kept("us-east"));
    var before = hub.node().status().frames();
    var theirs = till.node().status().frames();

    assertEquals(5, value(pipeline.submit(hub.request(5).with("session", "shop/visit")).join()));
    assertEquals(before.kept() + 1, hub.node().status().frames().kept());
    for (var label : List.of("us-east", "device-only")) {
      var request = hub.request(6).with(Map.of("session", "shop/visit", "residency", label));
      assertEquals(6, value(hub.sum().submit(request).join()), label);
    }
    var ofTenant = hub.request(7).with(Map.of("session", "shop/visit", "tenant", "acme-us"));
    assertEquals(7, value(hub.sum().submit(ofTenant).join()));
    assertEquals(before.kept() + 4, hub.node().status().frames().kept());
    assertEquals(before.away(), hub.node().status().frames().away());
    assertEquals(theirs.taken(), till.node().status().frames().taken());

    for (var session : List.of("visit", "region/other", "")) {
      var request = till.request(8);
      var said = session.isEmpty() ? request : request.with("session", session);
      var why =
          refusal(
              ErrorCode.FAILED_PRECONDITION, there.submit(said.with("residency", "eu-de")).join());
      assertTrue(why.contains("pipeline 'american' allows us-east"), why);
      assertTrue(why.contains("node shop/till lies in eu-de"), why);
    }
    assertEquals(theirs.refused() + 3, till.node().status().frames().refused());
    assertEquals(3, there.counters().failedCount());
    assertEquals(0, hub.node().status().frames().taken());
  }

  @Test
  @Order(5)
  void refusesFramesThatMayBeNowhereNearOrSayNothingThatIsUnderstood() {
    var german = hub.deploy("german", kept("eu-de"));
    till.deploy("german", kept("eu-de"));
    var away = hub.node().status().frames().away();

    assertEquals(4, value(german.submit(hub.request(4).with("session", "shop/visit")).join()));
    assertEquals(away + 1, hub.node().status().frames().away());
    var alone = refusal(ErrorCode.FAILED_PRECONDITION, german.submit(hub.request(4)).join());
    assertTrue(alone.contains("pipeline 'german' allows eu-de"), alone);
    var odd = hub.request(4).with(Map.of("session", "shop/visit", "residency", "Here & there"));
    var why = refusal(ErrorCode.INVALID_INPUT, hub.sum().submit(odd).join());
    assertTrue(why.contains("Here & there"), why);
    assertEquals(away + 1, hub.node().status().frames().away());
  }

  @Test
  @Order(5)
  void aSenderWithOlderManifestsDoesNotGetAFrameRunWhereItMayNotBe() {
    var older = hub.deploy("changed", Reach.unstated());
    till.deploy("changed", kept("us-east"));
    var taken = till.node().status().frames().taken();

    var why =
        refusal(
            ErrorCode.FAILED_PRECONDITION,
            older.submit(hub.request(1).with("session", "shop/visit")).join());
    assertTrue(why.contains("pipeline 'changed' allows us-east"), why);
    assertEquals(taken, till.node().status().frames().taken());
  }

  @Test
  @Order(5)
  void whatIsSaidOfATenantHoldsForItsSessions() {
    till.weft().sessions().open("shop/american", "acme-us", 0).join();
    var taken = till.node().status().frames().taken();

    assertEquals(
        3, value(hub.run("shop/american", 3)), "though the frame does not say whose it is");
    refusal(ErrorCode.FAILED_PRECONDITION, till.run("american", 3));
    assertEquals(taken, till.node().status().frames().taken());
  }

  @Test
  @Order(5)
  void refusesAddressesOfOthersWithoutCertificates() throws IOException {
    var exposed =
        new NodeManifest(
            folder.resolve("exposed.yaml"),
            "exposed",
            "A node.",
            "test",
            NodeClass.STANDARD,
            NodeManifest.Role.EDGE,
            Optional.of("shop"),
            List.of(),
            OptionalInt.empty(),
            OptionalLong.empty(),
            Optional.of(
                new Membership(
                    "10.0.0.5:25520", free(), List.of(free()), Optional.empty(), Optional.empty())),
            Map.of());
    var refused =
        assertThrows(
            IllegalArgumentException.class, () -> NodeConfig.of(exposed, ConfigFactory.load()));
    assertTrue(
        String.valueOf(refused.getMessage()).contains("exposed.yaml: cluster.certificates"),
        refused.getMessage());
  }

  @Test
  @Order(6)
  void servesAloneWhenTheOtherSiteIsGone() {
    till.close();
    var answers = new float[5];
    for (var frame = 0; frame < answers.length; frame++) {
      answers[frame] = value(hub.run("shop/visit", frame));
    }
    assertArrayEquals(new float[] {0, 1, 2, 3, 4}, answers);
  }
}
