package dev.weft.cluster.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.api.cluster.v1.Frame;
import dev.weft.cluster.fact.FactBook;
import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.route.LinkDefaults;
import dev.weft.cluster.route.OverflowBook;
import dev.weft.cluster.route.PackRule;
import dev.weft.cluster.route.PressureRule;
import dev.weft.cluster.route.RouteRule;
import dev.weft.cluster.route.RouteSettings;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.SingleModel;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.Fallback;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest.Role;
import dev.weft.fabric.manifest.Reach;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.pipeline.Request;
import dev.weft.link.exchange.Asked;
import dev.weft.link.exchange.Exchange;
import dev.weft.link.exchange.ExchangeSettings;
import dev.weft.link.exchange.Handler;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node in a shop that is told how long its own answers take, and nodes that it can ask. */
class RoutedWayTest {

  private static final Config CONFIG =
      ConfigFactory.parseString("akka.loglevel = WARNING").withFallback(ConfigFactory.load());
  private static final ExchangeSettings EXCHANGE = ExchangeSettings.from(CONFIG);
  private static final SiteName REGION = new SiteName("region");
  private static final NodeId HERE = new NodeId(new SiteName("shop"), "till");
  private static final Duration TIME = Duration.ofSeconds(20);
  private static final long LATE = Duration.ofMinutes(1).toNanos();
  private static final long SOON = 1_000;
  private static final RouteSettings SETTINGS =
      new RouteSettings(0.9, 0.6, Duration.ofMinutes(1), 0.9, Duration.ofMinutes(1), Map.of());

  @TempDir private static Path folder;
  private static Weft weft;
  private static Pipeline same;
  private static Pipeline strict;

  private final FactBook facts = new FactBook(Duration.ofMinutes(1), 9, System::nanoTime);
  private final Peers peers =
      new Peers(HERE.toString(), EXCHANGE, Security.none(), new SecureRandom());
  private final List<Exchange> nodes = new ArrayList<>();
  private final List<Map<String, String>> came = new CopyOnWriteArrayList<>();
  private final WayCounters counters = new WayCounters();
  private final WayCounters theirs = new WayCounters();
  private final BoundsBook bounds = new BoundsBook(HERE, Set.of("eu-de"), SETTINGS);
  private long expectedNanos = SOON;
  private RoutedWay way;

  @BeforeEach
  void decide() {
    way =
        new RoutedWay(
            Pipeline::submitHere,
            bounds,
            new OverflowBook(new RouteRule(SETTINGS, PressureRule.NEUTRAL)),
            SETTINGS.enterShare(),
            new Neighbours(
                HERE,
                Set.of("eu-de"),
                facts,
                FrameLink.of(
                    facts,
                    peers,
                    new LinkDefaults(Duration.ofMillis(1), 10_000_000),
                    new PackRule(false)),
                (_, _, _) -> expectedNanos),
            weft.tensors(),
            System::nanoTime,
            counters);
  }

  @BeforeAll
  static void start() throws IOException {
    weft = Weft.embedded(CONFIG);
    var model = folder.resolve("same.onnx");
    Files.write(model, TinyModels.identity(Datatype.FP32, "n"));
    same = weft.register("same", model);
    var single = SingleModel.of("strict", model);
    var reach =
        new Reach(
            Residency.anywhere(), List.of(Fallback.REGION, Fallback.REFUSE), Optional.empty());
    strict = weft.deploy(single.pipeline().reaching(reach), Map.of("strict", single.stage()));
  }

  @AfterAll
  static void stop() {
    weft.close();
  }

  @AfterEach
  void close() {
    peers.close();
    nodes.forEach(Exchange::close);
  }

  /** Runs what comes, by a desk that lies in {@code zone}, and notes with which attributes. */
  private Handler desk(String name, String zone) {
    var id = new NodeId(REGION, name);
    var places =
        new Places((_, _) -> new CompletableFuture<>(), TIME, 9, System::nanoTime, _ -> {});
    var desk =
        new FrameDesk(
            id,
            new BoundsBook(id, Set.of(zone), SETTINGS),
            (_, _) -> true,
            places,
            asked -> Optional.of(asked.equals("same") ? same : strict),
            weft.tensors(),
            theirs);
    return asked -> {
      try {
        came.add(Frame.parseFrom(asked.payload()).getAttributesMap());
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
      return desk.handle(asked);
    };
  }

  private void hears(String name, String zone, long nanos, Map<String, Handler> handlers)
      throws IOException {
    var exchange = Exchange.listen("127.0.0.1", 0, EXCHANGE, Security.none(), handlers);
    nodes.add(exchange);
    facts.told(
        new NodeFacts(
            name,
            REGION,
            Role.REGION,
            NodeClass.STANDARD,
            1,
            name + ":1",
            "127.0.0.1:" + exchange.port(),
            Set.of(zone),
            new NodeFacts.State(
                1,
                Set.of("same", "strict"),
                Set.of(),
                0,
                OptionalDouble.empty(),
                0,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalLong.empty(),
                Map.of("same", nanos, "strict", nanos),
                true)));
  }

  private void hears(String name, String zone, long nanos) throws IOException {
    hears(name, zone, nanos, Map.of(FrameLink.KIND, desk(name, zone)));
  }

  private static Request request(float value) {
    return Request.of("x", weft.tensors().floats(Shape.of(1), value)).within(TIME);
  }

  private float run(float value) {
    try (var answer = way.submit(same, request(value)).join()) {
      return ((Answer.Completed) answer).output("y").toFloats()[0];
    }
  }

  /** What the frame that came there as number {@code at} says of its route. */
  private String route(int at) {
    return came.get(at).getOrDefault("route", "");
  }

  private String failure(ErrorCode code, Request request) {
    var failed = (Answer.Failed) way.submit(same, request).join();
    assertEquals(code, failed.code(), failed.message());
    return failed.message();
  }

  @Test
  void asksNobodyWhileThereIsTimeHere() throws IOException {
    hears("hub", "eu-de", 0);
    assertEquals(1, run(1));
    assertEquals(List.of(), came);
  }

  @Test
  void goesWhereThereIsTimeWithTheReasonAndForAsLongAsFramesGo() throws IOException {
    hears("hub", "eu-de", SOON);
    expectedNanos = LATE;
    assertEquals(1, run(1));
    expectedNanos = SOON;
    assertEquals(2, run(2));

    assertEquals(2, counters.counts().away());
    assertEquals(2, theirs.counts().taken());
    assertTrue(route(0).startsWith("away/too-late-here Answered by node region/hub"));
    assertTrue(route(1).startsWith("away/overflowing "), route(1));
  }

  @Test
  void noLatenessTakesAFrameToWhereALabelKeepsItOff() throws IOException {
    hears("hub", "us-east", SOON);
    expectedNanos = LATE;
    try (var answer = way.submit(same, request(1).with("residency", "eu-de")).join()) {
      assertEquals(1, ((Answer.Completed) answer).output("y").toFloats()[0]);
    }
    var why = failure(ErrorCode.FAILED_PRECONDITION, request(1).with("residency", "eu-fr"));
    assertTrue(why.contains("the request allows eu-fr"), why);
    failure(ErrorCode.INVALID_INPUT, request(1).with("residency", "?"));
    assertEquals(List.of(), came);
    assertEquals(2, counters.counts().refused());
  }

  @Test
  void aFrameThatMayNotBeHereGoesWhereItMayBe() throws IOException {
    hears("hub", "us-east", SOON);
    try (var answer = way.submit(same, request(1).with("residency", "us-east")).join()) {
      assertEquals(1, ((Answer.Completed) answer).output("y").toFloats()[0]);
    }
    assertTrue(route(0).startsWith("away/not-allowed-here "));
  }

  @Test
  void asksAnotherWhereItWasNotRun() throws IOException {
    hears("fast", "eu-de", SOON, Map.of());
    hears("slow", "eu-de", Duration.ofMillis(100).toNanos());
    expectedNanos = LATE;
    assertEquals(1, run(1));
    assertEquals(1, came.size());
    assertTrue(route(0).contains("region/fast of region: it failed there"));
  }

  @Test
  void isRunHereWhenAllElseIsTried() throws IOException {
    hears("fast", "eu-de", SOON, Map.of());
    expectedNanos = LATE;
    assertEquals(1, run(1));
    assertEquals(0, counters.counts().away());
  }

  @Test
  void whatHasNoTimeLeftIsGivenNoneAnew() {
    var request = request(1);
    var before = same.counters().completedCount();
    var passage = Passage.begin(same, request, "", bounds.of(same, request), 0);
    passage.runHere(TIME.toNanos());

    var dropped = (Answer.Dropped) passage.result().join();
    assertEquals(DropReason.DEADLINE_EXCEEDED, dropped.reason());
    assertEquals(before, same.counters().completedCount());
    var tensor = request.inputs().values().iterator().next();
    assertThrows(IllegalStateException.class, tensor::toFloats);
  }

  @Test
  void whatMayHaveRunIsNotRunAgain() throws IOException {
    hears("hub", "eu-de", SOON, Map.of(FrameLink.KIND, _ -> new CompletableFuture<>()));
    expectedNanos = LATE;
    var before = same.counters().offeredCount();
    failure(ErrorCode.DEADLINE_EXCEEDED, request(1).within(Duration.ofSeconds(3)));
    assertEquals(1, counters.counts().lost());
    assertEquals(before, same.counters().offeredCount());
  }

  @Test
  void whoGivesUpHasTheOtherNodeGiveUpAndTheTensorsGoBack() throws Exception {
    var came = new CompletableFuture<Asked>();
    var givenUp = new CountDownLatch(1);
    hears("hub", "eu-de", SOON, Map.of(FrameLink.KIND, asked -> never(asked, came)));
    expectedNanos = LATE;
    var tensor = weft.tensors().floats(Shape.of(1), 1);
    var answer = way.submit(same, Request.of("x", tensor).within(TIME));
    came.get(20, TimeUnit.SECONDS).whenGivenUp(givenUp::countDown);
    answer.cancel(true);

    assertTrue(givenUp.await(20, TimeUnit.SECONDS));
    assertThrows(IllegalStateException.class, tensor::toFloats);
  }

  private static CompletableFuture<dev.weft.link.exchange.Answer> never(
      Asked asked, CompletableFuture<Asked> came) {
    came.complete(asked);
    return new CompletableFuture<>();
  }

  @Test
  void dropsWhatIsTooLateEverywhereWhereTheListSaysSo() throws IOException {
    hears("hub", "eu-de", LATE);
    expectedNanos = LATE;
    var dropped = (Answer.Dropped) way.submit(strict, request(1)).join();
    assertEquals(DropReason.DEADLINE_OUT_OF_REACH, dropped.reason());
    assertEquals(List.of(), came);
  }
}
