package dev.weft.cluster.linked;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.ConfigFactory;
import dev.weft.cluster.fleet.LocalRollouts;
import dev.weft.cluster.node.ClusterNode;
import dev.weft.cluster.node.NodeConfig;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.Membership;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Request;
import dev.weft.link.exchange.Peers;
import dev.weft.link.identity.Address;
import dev.weft.link.identity.Security;
import dev.weft.link.testkit.FaultProxy;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A node of a test, the first of its cluster, whose data link others reach by a proxy that fails.
 *
 * @param direct its data link past the proxy
 * @param proxy before its data link
 */
record LinkedNode(
    Weft weft,
    ClusterNode node,
    Pipeline same,
    Address direct,
    FaultProxy proxy,
    Security security) {

  static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Facts are told often, and sessions fall asleep soon, so that some that move are. */
  private static final String QUICK =
      """
      akka.loglevel = WARNING
      weft.fabric.session.idle-after = 400ms
      weft.fabric.session.answer-timeout = 5s
      weft.cluster.place-valid-for = 100ms
      weft.cluster.fact { interval = 200ms, stale-after = 1s }
      weft.cluster.fleet { tell-every = 200ms, cut-off-after = 10s }
      weft.cluster.moving.drain { interval = 50ms, page-max = 5, look-again-after = 300ms }
      """;

  /**
   * Starts a node that is a cluster.
   *
   * @param folder for its journal and model
   * @param linked data links of a region's nodes; empty for none
   * @param settings more of them
   */
  static LinkedNode start(
      Path folder,
      String site,
      String name,
      NodeManifest.Role role,
      List<String> linked,
      String settings,
      Optional<LocalRollouts> rollouts)
      throws IOException {
    var actors = free();
    var listens = free();
    var proxy = FaultProxy.before("127.0.0.1", Address.of(listens).port());
    var membership =
        new Membership(
                actors,
                "127.0.0.1:" + proxy.port(),
                List.of(actors),
                Optional.empty(),
                Optional.empty())
            .linkedTo(linked);
    var own =
        Map.of(
            "weft.persistence.journal.folder",
            folder + "/" + name,
            "weft.cluster.bind.link",
            listens);
    var config =
        NodeConfig.of(
            manifest(folder, site, name, role, membership),
            ConfigFactory.parseString(settings)
                .withFallback(ConfigFactory.parseMap(own))
                .withFallback(ConfigFactory.parseString(QUICK))
                .withFallback(ConfigFactory.load()));
    var weft = Weft.embedded(config);
    var model = folder.resolve(name + ".onnx");
    Files.write(model, TinyModels.identity(Datatype.FP32, "n"));
    var same = weft.register("same", model);
    var security = Security.none();
    var node =
        ClusterNode.start(
            weft,
            config,
            rollouts,
            Optional.empty(),
            security,
            new SecureRandom(),
            System::nanoTime);
    return new LinkedNode(weft, node, same, Address.of(listens), proxy, security);
  }

  private static NodeManifest manifest(
      Path folder, String site, String name, NodeManifest.Role role, Membership membership) {
    return new NodeManifest(
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
        Optional.of(membership),
        Map.of());
  }

  private static String free() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  /** Where others reach its data link. */
  String link() {
    return "127.0.0.1:" + proxy.port();
  }

  /** Nodes that it hears, itself among them. */
  Set<String> hears() {
    return node.status().nodes().stream()
        .map(facts -> facts.id().toString())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Members as it sees them: {@code site, whether reached, whether linked}. */
  Set<String> members() {
    return node.status().members().stream()
        .map(
            member ->
                "%s %s %s"
                    .formatted(
                        member.site(),
                        member.isReached() ? "reached" : "away",
                        member.isLinked() ? "linked" : "own"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Has a frame of a session run. */
  void run(String session, float value) {
    var request =
        Request.of("x", weft.tensors().floats(Shape.of(1), value))
            .within(PATIENCE)
            .with("session", session);
    try (var answer = same.submit(request).join()) {
      assertEquals(value, ((Answer.Completed) answer).output("y").toFloats()[0]);
    }
  }

  /** What it answers to a question over its data link past the proxy, or why it does not. */
  String answer(Peers peers, String kind, byte[] question) {
    var request = new dev.weft.link.exchange.Request(kind, 0, question, PATIENCE);
    return switch (peers.at(direct).ask(request).join()) {
      case dev.weft.link.exchange.Answer.Done(var payload) ->
          new String(payload, StandardCharsets.UTF_8);
      case dev.weft.link.exchange.Answer.Refused refused -> refused.toString();
    };
  }

  void close() {
    node.close();
    weft.close();
    proxy.close();
  }
}
