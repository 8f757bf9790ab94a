package dev.weft.cluster.allocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import akka.actor.testkit.typed.javadsl.TestProbe;
import com.typesafe.config.ConfigFactory;
import dev.weft.cluster.node.ClusterNode;
import dev.weft.cluster.node.NodeConfig;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.Membership;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Request;
import dev.weft.link.identity.Security;
import dev.weft.persistence.journal.JournalServer;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A shop of two boxes with one journal, in this JVM over real sockets. */
@Timeout(180)
class LocalityClusterTest {

  private static final Duration WITHIN = Duration.ofSeconds(90);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final List<String> SESSIONS =
      IntStream.range(0, 8).mapToObj(i -> "shop/till-" + i).toList();

  /** So that seconds are enough; however busy a machine that runs tests is. */
  private static final String QUICK =
      """
      akka.loglevel = WARNING
      weft.cluster.place-valid-for = 100ms
      weft.cluster.fact.interval = 200ms
      weft.cluster.akka-settings.akka.cluster.sharding.rebalance-interval = 300ms
      weft.cluster.allocation {
        begin-share = 1
        locality { over = 500ms, attract-cpu-max = 1, keep-cpu-max = 1 }
      }
      """;

  @TempDir private Path folder;

  private Optional<JournalServer> journal = Optional.empty();
  private Optional<Running> first = Optional.empty();
  private Optional<Running> second = Optional.empty();

  private record Running(Weft weft, ClusterNode node, Pipeline same) {

    /** One frame of each session. */
    void runAll() {
      for (var session : SESSIONS) {
        var request =
            Request.of("x", weft.tensors().floats(Shape.of(1), 1))
                .within(PATIENCE)
                .with("session", session);
        try (var answer = same.submit(request).join()) {
          assertInstanceOf(Answer.Completed.class, answer);
        }
      }
    }

    void close() {
      node.close();
      weft.close();
    }
  }

  @BeforeEach
  void start() throws IOException {
    var served = JournalServer.open(folder.resolve("shop"), "127.0.0.1", 0);
    journal = Optional.of(served);
    var seed = free();
    first = Optional.of(start("a", seed, seed, served));
    second = Optional.of(start("b", free(), seed, served));
  }

  private Running start(String name, String actors, String seed, JournalServer served)
      throws IOException {
    var manifest =
        new NodeManifest(
            folder.resolve(name + ".yaml"),
            name,
            "A node.",
            "test",
            NodeClass.STANDARD,
            NodeManifest.Role.EDGE,
            Optional.of("shop"),
            List.of(),
            OptionalInt.of(1),
            OptionalLong.empty(),
            Optional.of(
                new Membership(actors, free(), List.of(seed), Optional.empty(), Optional.empty())),
            Map.of());
    var own =
        """
        weft.persistence.journal {
          kind = server, url = "%s", user = "%s", password-file = "%s", connections = 2
        }
        """
            .formatted(served.url(), served.user(), served.passwordFile());
    var config =
        NodeConfig.of(
            manifest,
            ConfigFactory.parseString(own)
                .withFallback(ConfigFactory.parseString(QUICK))
                .withFallback(ConfigFactory.load()));
    var weft = Weft.embedded(config);
    var model = folder.resolve("model.onnx");
    Files.write(model, TinyModels.identity(Datatype.FP32, "n"));
    var same = weft.register("same", model);
    var node =
        ClusterNode.start(weft, config, Security.none(), new SecureRandom(), System::nanoTime);
    return new Running(weft, node, same);
  }

  private static String free() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  @AfterEach
  void stop() {
    second.ifPresent(Running::close);
    first.ifPresent(Running::close);
    journal.ifPresent(JournalServer::close);
  }

  @Test
  void sessionsGoToTheNodeThatTheirFramesComeTo() {
    var a = first.orElseThrow();
    var b = second.orElseThrow();
    runUntil(b, "shop/b");
    runUntil(a, "shop/a");

    var before = a.node().frames();
    a.runAll();
    assertEquals(before.away(), a.node().frames().away(), "no frame needs a hop any more");
  }

  /** Has frames come to {@code at} until all sessions live on a node. */
  private static void runUntil(Running at, String node) {
    TestProbe.create(at.weft().system())
        .awaitAssert(
            WITHIN,
            Duration.ofMillis(20),
            () -> {
              at.runAll();
              assertEquals(Set.of(node), feeders(at));
              return true;
            });
  }

  private static Set<String> feeders(Running at) {
    var feeders = new HashSet<String>();
    for (var session : SESSIONS) {
      feeders.add(at.weft().sessions().state(session).join().feeder().node());
    }
    return feeders;
  }
}
