package dev.weft.cluster.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.cluster.fact.FactBook;
import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.route.LinkDefaults;
import dev.weft.cluster.route.PackRule;
import dev.weft.cluster.route.Packing;
import dev.weft.cluster.route.RouteSettings;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest.Role;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.session.SessionException;
import dev.weft.fabric.session.SessionRefusal;
import dev.weft.link.exchange.Asked;
import dev.weft.link.exchange.ExchangeSettings;
import dev.weft.link.exchange.Peers;
import dev.weft.link.identity.Security;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A region's node that strangers send frames to, and tell of themselves. */
class FrameDeskTest {

  private static final SiteName REGION = new SiteName("region");
  private static final NodeId HERE = new NodeId(REGION, "hub");
  private static final Duration TIME = Duration.ofSeconds(20);
  private static final RouteSettings SETTINGS =
      new RouteSettings(0.9, 0.6, Duration.ofMinutes(1), 0.9, Duration.ofMinutes(1), Map.of());

  @TempDir private static Path folder;
  private static Weft weft;
  private static Pipeline same;

  private final WayCounters counters = new WayCounters();
  private FrameDesk desk;

  @BeforeAll
  static void start() throws IOException {
    weft =
        Weft.embedded(
            ConfigFactory.parseString("akka.loglevel = WARNING")
                .withFallback(ConfigFactory.load()));
    var model = folder.resolve("same.onnx");
    Files.write(model, TinyModels.identity(Datatype.FP32, "n"));
    same = weft.register("same", model);
  }

  @AfterAll
  static void stop() {
    weft.close();
  }

  @BeforeEach
  void open() {
    desk =
        new FrameDesk(
            HERE,
            new BoundsBook(HERE, Set.of("eu-de"), SETTINGS),
            (_, session) -> session.startsWith("shop/") || session.startsWith("region/"),
            new Places(
                (_, _) ->
                    CompletableFuture.failedFuture(
                        new SessionException(SessionRefusal.NOT_OPEN, "nobody opened it")),
                TIME,
                9,
                System::nanoTime,
                _ -> {}),
            _ -> Optional.of(same),
            weft.tensors(),
            counters);
  }

  /** What a frame is answered that is sent for one session and says that it is of another. */
  private Answer send(String session, Map<String, String> attributes) {
    var request = Request.of("x", weft.tensors().floats(Shape.of(1), 1));
    for (var attribute : attributes.entrySet()) {
      request = request.with(attribute.getKey(), attribute.getValue());
    }
    var payload = FrameCodec.frame("same", session, request, Packing.NOTHING);
    request.inputs().values().forEach(tensor -> tensor.close());
    var deadline = System.nanoTime() + TIME.toNanos();
    var answer =
        desk.handle(new Asked("till.shop", FrameLink.KIND, 0, payload, deadline))
            .toCompletableFuture()
            .join();
    var done = assertInstanceOf(dev.weft.link.exchange.Answer.Done.class, answer);
    try {
      return FrameCodec.answer(done.payload(), weft.tensors(), 0).orElseThrow();
    } catch (FrameCodec.FrameException e) {
      throw new AssertionError(e);
    }
  }

  private void assertRuns(String session, Map<String, String> attributes) {
    try (var answer = send(session, attributes)) {
      assertInstanceOf(Answer.Completed.class, answer, String.valueOf(answer));
    }
  }

  private void assertRefused(String session, String said, String why) {
    var failed = assertInstanceOf(Answer.Failed.class, send(session, Map.of("session", said)));
    assertEquals(ErrorCode.FAILED_PRECONDITION, failed.code());
    assertTrue(failed.message().contains(why), failed.message());
  }

  @Test
  void aFrameThatSaysItIsOfAnotherSessionIsRefused() {
    assertRefused("", "depot/x", "session 'depot/x': sent for session ''");
    assertRefused("", "x", "session 'x': sent for session ''");
    assertRefused("shop/x", "depot/x", "session 'depot/x': sent for session 'shop/x'");
    assertRefused("shop/x", "shop/y", "session 'shop/y': sent for session 'shop/x'");
    assertRefused("shop/x", "region/x", "session 'region/x': sent for session 'shop/x'");
    assertEquals(0, counters.counts().taken());
    assertEquals(5, counters.counts().refused());
  }

  @Test
  void aFrameOfTheSessionThatItWasSentForRuns() {
    assertRuns("shop/x", Map.of("session", "shop/x"));
    assertRuns("shop/x", Map.of("session", "x"));
    assertRuns("region/x", Map.of("session", "region/x"));
    assertEquals(3, counters.counts().taken());
  }

  @Test
  void aFrameOfNoSessionRuns() {
    assertRuns("", Map.of());
    assertRuns("", Map.of("session", "Not a site/x"));
    assertRuns("", Map.of("session", ""));
    assertEquals(3, counters.counts().taken());
  }

  @Test
  void nodesOfLinkedEdgeSitesDrawNoFramesAndTakeNobodysRoom() {
    var facts = new FactBook(TIME, 1_000, () -> 0);
    for (var each = 0; each < 400; each++) {
      facts.told(node("a-shop", "till-" + each, Role.EDGE).linked(Set.of("till-" + each + ":1")));
    }
    facts.told(node("depot", "box", Role.EDGE));
    facts.told(node("other-region", "hub", Role.REGION).linked(Set.of("hub:1")));
    try (var peers =
        new Peers(
            HERE.toString(),
            ExchangeSettings.from(ConfigFactory.load()),
            Security.none(),
            new SecureRandom())) {
      var link =
          FrameLink.of(
              facts,
              peers,
              new LinkDefaults(Duration.ofMillis(1), 10_000_000),
              new PackRule(false));
      var around =
          new Neighbours(HERE, Set.of("eu-de"), facts, link, (_, _, _) -> 1)
              .around(same, Lane.INTERACTIVE, "", Optional::empty);
      assertEquals(
          List.of("depot/box", "other-region/hub"),
          around.others().stream().map(each -> each.node()).toList());
    }
  }

  private static NodeFacts node(String site, String name, Role role) {
    return new NodeFacts(
        name,
        new SiteName(site),
        role,
        NodeClass.STANDARD,
        1,
        name + ":1",
        "127.0.0.1:1",
        Set.of("eu-de"),
        new NodeFacts.State(
            1,
            Set.of("same"),
            Set.of(),
            0,
            OptionalDouble.empty(),
            0,
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalLong.empty(),
            Map.of("same", 0L),
            true));
  }
}
