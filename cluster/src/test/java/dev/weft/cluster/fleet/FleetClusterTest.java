package dev.weft.cluster.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestProbe;
import com.typesafe.config.ConfigFactory;
import dev.weft.cluster.node.ClusterNode;
import dev.weft.cluster.node.NodeConfig;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.Membership;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.ExchangeSettings;
import dev.weft.link.exchange.Peers;
import dev.weft.link.exchange.Request;
import dev.weft.link.identity.Address;
import dev.weft.link.identity.Security;
import dev.weft.persistence.journal.JournalServer;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A region of two nodes with one journal, and a shop's box, in this JVM over real sockets. */
@Timeout(180)
class FleetClusterTest {

  private static final Duration WITHIN = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String ROLLOUT =
      """
      apiVersion: weft/v1
      kind: Rollout
      name: same-better
      summary: A rollout of a test.
      owner: tests@example.com
      stage: same
      limits: {cpu: {ratio: 3}}
      candidate: better\
      """;

  @TempDir private Path folder;

  private final Security security = Security.none();
  private final Peers operator =
      new Peers("test", ExchangeSettings.from(ConfigFactory.load()), security, new SecureRandom());
  private final FakeRollouts local = new FakeRollouts("default");
  private Optional<JournalServer> journal = Optional.empty();
  private Optional<Running> first = Optional.empty();
  private Optional<Running> second = Optional.empty();
  private Optional<Running> shop = Optional.empty();

  private record Running(Weft weft, ClusterNode node, String link) {
    void close() {
      node.close();
      weft.close();
    }
  }

  @BeforeEach
  void start() throws IOException {
    var served = JournalServer.open(folder.resolve("region"), "127.0.0.1", 0);
    journal = Optional.of(served);
    var shared =
        """
        weft.persistence.journal {
          kind = server, url = "%s", user = "%s", password-file = "%s", connections = 2
        }
        """
            .formatted(served.url(), served.user(), served.passwordFile());
    var own =
        "weft.persistence.journal { kind = embedded, folder = \"%s\" }"
            .formatted(folder.resolve("shop"));
    var seed = free();
    first = Optional.of(start("region", "a", NodeManifest.Role.REGION, seed, seed, shared));
    second = Optional.of(start("region", "b", NodeManifest.Role.REGION, free(), seed, shared));
    shop = Optional.of(start("shop", "till", NodeManifest.Role.EDGE, free(), seed, own));
    await(() -> heardOf(second) == 3 && heardOf(shop) == 3);
  }

  private static int heardOf(Optional<Running> by) {
    return by.orElseThrow().node().status().nodes().size();
  }

  private Running start(
      String site,
      String name,
      NodeManifest.Role role,
      String actors,
      String seed,
      String journalSettings)
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
            List.of(),
            OptionalInt.of(1),
            OptionalLong.empty(),
            Optional.of(
                new Membership(actors, link, List.of(seed), Optional.empty(), Optional.empty())),
            Map.of());
    var config =
        NodeConfig.of(
            manifest,
            ConfigFactory.parseString(journalSettings)
                .withFallback(
                    ConfigFactory.parseString(
                        """
                        akka.loglevel = WARNING
                        weft.cluster.fleet { tell-every = 200ms, cut-off-after = 10s }
                        """))
                .withFallback(ConfigFactory.load()));
    var weft = Weft.embedded(config);
    if (role == NodeManifest.Role.EDGE) {
      var model = folder.resolve("model.onnx");
      Files.write(model, TinyModels.identity(Datatype.FP32, "n"));
      weft.register("same", model);
    }
    var node =
        ClusterNode.start(
            weft,
            config,
            role == NodeManifest.Role.EDGE ? Optional.of(local) : Optional.empty(),
            Optional.empty(),
            security,
            new SecureRandom(),
            System::nanoTime);
    return new Running(weft, node, link);
  }

  private static String free() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  @AfterEach
  void stop() {
    operator.close();
    shop.ifPresent(Running::close);
    second.ifPresent(Running::close);
    first.ifPresent(Running::close);
    journal.ifPresent(JournalServer::close);
    security.close();
  }

  private String ask(Optional<Running> node, byte[] question) {
    var request = new Request(FleetDesk.KIND, 0, question, PATIENCE);
    return switch (operator.at(Address.of(node.orElseThrow().link())).ask(request).join()) {
      case Answer.Done(var payload) -> new String(payload, StandardCharsets.UTF_8);
      case Answer.Refused refused -> refused.toString();
    };
  }

  private void await(BooleanSupplier wanted) {
    TestProbe.create(shop.orElseThrow().weft().system())
        .awaitAssert(
            WITHIN,
            Duration.ofMillis(100),
            () -> {
              assertTrue(wanted.getAsBoolean());
              return true;
            });
  }

  @Test
  void anotherNodeOfTheRegionGoesOnWithWhatOneBegan() {
    var edge = ask(shop, FleetDesk.status());
    assertTrue(edge.contains("node shop/till: an edge (expected: a node of a region: reg"), edge);

    var begun = ask(second, FleetDesk.start(ROLLOUT, "shop; rest"));
    assertTrue(begun.contains("\"phase\":\"under way\""), begun);
    await(() -> local.now().phase() == LocalRollout.Phase.TRIED);

    // The one that joined first is in charge.
    first.ifPresent(Running::close);
    first = Optional.empty();
    await(() -> ask(second, FleetDesk.status()).contains("\"epoch\":1"));
    await(() -> local.pass("same"));

    await(() -> ask(second, FleetDesk.status()).contains("\"phase\":\"done\""));
    assertEquals(List.of("start better"), local.done());
    ask(second, FleetDesk.rollBack("same", "a test says so"));
    await(() -> local.running().equals("default"));
  }
}
