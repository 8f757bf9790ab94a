package dev.weft.cluster.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
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
import dev.weft.fabric.embedded.FrameWay;
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
import dev.weft.fabric.profile.AdmissionRule;
import dev.weft.link.exchange.Exchange;
import dev.weft.link.exchange.ExchangeSettings;
import dev.weft.link.exchange.Peers;
import dev.weft.link.identity.Security;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.tensor.TensorMemoryException;
import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose pipeline falls back on earlier answers, and a region that it can ask. */
class CachedRouteTest {

  private static final Config CONFIG =
      ConfigFactory.parseString("akka.loglevel = WARNING\nweft.fabric.leak-tracing = on")
          .withFallback(ConfigFactory.load());
  private static final ExchangeSettings EXCHANGE = ExchangeSettings.from(CONFIG);
  private static final SiteName REGION = new SiteName("region");
  private static final NodeId HERE = new NodeId(new SiteName("shop"), "till");
  private static final Duration TIME = Duration.ofSeconds(20);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final long LATE = Duration.ofMinutes(1).toNanos();
  private static final long SOON = 1_000;
  private static final RouteSettings SETTINGS =
      new RouteSettings(
          0.9,
          0.6,
          Duration.ZERO,
          0.9,
          Duration.ofMinutes(1),
          Map.of("roaming", Residency.anywhere()));

  @TempDir private static Path folder;

  private final Weft weft = Weft.embedded(CONFIG);
  private final FactBook facts = new FactBook(Duration.ofMinutes(1), 9, System::nanoTime);
  private final Peers peers =
      new Peers(HERE.toString(), EXCHANGE, Security.none(), new SecureRandom());
  private final WayCounters counters = new WayCounters();
  private final BoundsBook bounds = new BoundsBook(HERE, Set.of("eu-de"), SETTINGS);
  private Optional<Exchange> region = Optional.empty();
  private long expectedNanos = SOON;
  private volatile long passedNanos;

  @BeforeEach
  void route() {
    route(weft.tensors());
  }

  /**
   * @param tensors lends the memory for earlier answers
   */
  private void route(TensorAllocator tensors) {
    var link =
        FrameLink.of(
            facts, peers, new LinkDefaults(Duration.ofMillis(1), 10_000_000), new PackRule(false));
    weft.route(
        new RoutedWay(
            Pipeline::submitHere,
            bounds,
            new OverflowBook(new RouteRule(SETTINGS, PressureRule.NEUTRAL)),
            SETTINGS.enterShare(),
            new Neighbours(HERE, Set.of("eu-de"), facts, link, (_, _, _) -> expectedNanos),
            tensors,
            () -> passedNanos,
            counters));
  }

  /** Closing names every leaked tensor, so each test here is a leak test too. */
  @AfterEach
  void close() {
    weft.route(FrameWay.STRAIGHT);
    peers.close();
    region.ifPresent(Exchange::close);
    weft.close();
  }

  private Pipeline deploy(String name, Duration maxAge, Fallback... fallback) {
    try {
      var model = folder.resolve("same.onnx");
      Files.write(model, TinyModels.identity(Datatype.FP32, "n"));
      var cached = new Reach.Cached(Reach.Cached.By.INPUTS, maxAge, 64);
      var single = SingleModel.of(name, model);
      var reach = new Reach(Residency.anywhere(), List.of(fallback), Optional.of(cached));
      return weft.deploy(single.pipeline().reaching(reach), Map.of(name, single.stage()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Pipeline deploy(Duration maxAge) {
    return deploy("look", maxAge, Fallback.REGION, Fallback.CACHED, Fallback.REFUSE);
  }

  /** A node of the region, in {@code zone}, that runs frames by {@code pipeline}. */
  private void hear(Pipeline pipeline, String zone) throws IOException {
    var id = new NodeId(REGION, "hub");
    var desk =
        new FrameDesk(
            id,
            new BoundsBook(id, Set.of(zone), SETTINGS),
            (_, _) -> true,
            new Places((_, _) -> new CompletableFuture<>(), TIME, 9, System::nanoTime, _ -> {}),
            _ -> Optional.of(pipeline),
            weft.tensors(),
            new WayCounters());
    var exchange =
        Exchange.listen("127.0.0.1", 0, EXCHANGE, Security.none(), Map.of(FrameLink.KIND, desk));
    region = Optional.of(exchange);
    facts.told(
        new NodeFacts(
            "hub",
            REGION,
            Role.REGION,
            NodeClass.STANDARD,
            1,
            "hub:1",
            "127.0.0.1:" + exchange.port(),
            Set.of(zone),
            new NodeFacts.State(
                1,
                Set.of(pipeline.name()),
                Set.of(),
                0,
                OptionalDouble.empty(),
                0,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalLong.empty(),
                Map.of(pipeline.name(), SOON),
                true)));
  }

  private Request request(float x) {
    return Request.of("x", weft.tensors().floats(Shape.of(1), x)).within(TIME);
  }

  /** Whether the answer is an earlier one; it must be right in any case. */
  private boolean isStale(Pipeline pipeline, Request request, float x) {
    try (var answer = pipeline.submit(request).join()) {
      var completed = assertInstanceOf(Answer.Completed.class, answer);
      assertEquals(x, completed.output("y").toFloats()[0]);
      return completed.quality().stale().isPresent();
    }
  }

  @Test
  void standsInWhereItIsTooLateHereAndIsNoRun() {
    var look = deploy(HOUR);
    assertFalse(isStale(look, request(1), 1));
    expectedNanos = LATE;
    assertTrue(isStale(look, request(1), 1));
    var dropped = assertInstanceOf(Answer.Dropped.class, look.submit(request(2)).join());
    assertEquals(DropReason.DEADLINE_OUT_OF_REACH, dropped.reason());

    assertEquals(1, counters.counts().cached());
    assertEquals(1, look.counters().staleCount());
    assertEquals(1, look.counters().completedCount());
    assertEquals(2, look.counters().offeredCount());
  }

  @Test
  void nowAndThenAFrameShowsWhetherItIsStillTooLateHere() {
    var look = deploy(HOUR);
    expectedNanos = LATE;
    assertInstanceOf(Answer.Dropped.class, look.submit(request(1)).join());
    passedNanos += AdmissionRule.PROBE_EVERY.toNanos();
    assertFalse(isStale(look, request(1), 1));
    passedNanos += AdmissionRule.PROBE_EVERY.toNanos();
    assertFalse(isStale(look, request(1), 1));
    assertEquals(2, look.counters().completedCount());
  }

  @Test
  void whatIsInAHurryOfItsOwnLeavesItToOthersToShowThat() {
    var look = deploy(HOUR);
    expectedNanos = TIME.plusSeconds(1).toNanos();
    assertInstanceOf(Answer.Dropped.class, look.submit(request(1)).join());
    passedNanos += AdmissionRule.PROBE_EVERY.toNanos();
    assertInstanceOf(Answer.Dropped.class, look.submit(request(1)).join());
    assertInstanceOf(Answer.Dropped.class, look.submit(request(1).within(Duration.ZERO)).join());
    var patient = look.manifest().deadline();
    expectedNanos = patient.plusSeconds(1).toNanos();
    assertFalse(isStale(look, request(2).within(patient), 2));

    expectedNanos = TIME.plusSeconds(1).toNanos();
    passedNanos += AdmissionRule.PROBE_EVERY.toNanos() * 10;
    assertFalse(isStale(look, request(1), 1), "no other came for long");
  }

  @Test
  void whereThereIsNoMemoryForItTheListGoesOn() {
    var look = deploy("look", HOUR, Fallback.CACHED, Fallback.LOCAL);
    assertFalse(isStale(look, request(1), 1));
    route(new NoMemory());
    expectedNanos = LATE;
    assertFalse(isStale(look, request(1), 1));
    assertEquals(0, counters.counts().cached());
    assertEquals(2, look.counters().completedCount());
  }

  private record NoMemory() implements TensorAllocator {

    @Override
    public Tensor allocate(Datatype datatype, Shape shape) {
      throw new TensorMemoryException("none in this test");
    }

    @Override
    public Tensor allocateBytes(Shape shape, long bytes) {
      throw new TensorMemoryException("none in this test");
    }
  }

  @Test
  void standsInBeforeALateAnswerWhereTheListSaysSo() {
    var look = deploy("look", HOUR, Fallback.CACHED, Fallback.LOCAL);
    expectedNanos = LATE;
    assertFalse(isStale(look, request(1), 1));
    assertTrue(isStale(look, request(1), 1));
    assertEquals(1, look.counters().completedCount());
  }

  @Test
  void anAnswerOfAnotherNodeStandsInOnceThatIsGone() throws IOException {
    var look = deploy(HOUR);
    hear(look, "us-east");
    expectedNanos = LATE;
    assertFalse(isStale(look, request(1), 1));
    assertEquals(1, counters.counts().away());
    region.ifPresent(Exchange::close);
    assertTrue(isStale(look, request(1), 1));
  }

  @Test
  void whatMayNotBeHereIsNeitherKeptNorGivenHere() throws IOException {
    var look = deploy(HOUR);
    hear(look, "us-east");
    assertFalse(isStale(look, request(1).with("residency", "us-east"), 1));
    assertEquals(1, counters.counts().away());
    region.ifPresent(Exchange::close);
    var failed =
        assertInstanceOf(
            Answer.Failed.class, look.submit(request(1).with("residency", "us-east")).join());
    assertEquals(ErrorCode.UNAVAILABLE, failed.code());
  }

  /** What an answer was kept for. */
  private record Kept(String tenant, float x, String residency) {}

  @Test
  void noWalkGivesOneOfAnotherTenantOfOtherInputsOrThatWasNotKeptHere() throws IOException {
    assertTrue(walk(deploy("hours", HOUR, Fallback.REGION, Fallback.CACHED, Fallback.REFUSE)) > 0);
  }

  @Test
  void noWalkGivesOneThatIsTooOld() throws IOException {
    walk(deploy("millis", Duration.ofMillis(1), Fallback.REGION, Fallback.CACHED, Fallback.REFUSE));
  }

  /** Random frames while the time expected here and in the region change; how many were stale. */
  private int walk(Pipeline pipeline) throws IOException {
    var seed = new SplittableRandom().nextLong();
    System.out.println("CachedRouteTest seed " + seed);
    var random = new SplittableRandom(seed);
    var kept = new HashSet<Kept>();
    var stale = 0;
    hear(pipeline, "us-east");
    for (var i = 0; i < 1_500; i++) {
      expectedNanos = random.nextInt(3) == 0 ? SOON : LATE;
      passedNanos += random.nextInt(100_000_000);
      if (i == 700) {
        region.ifPresent(Exchange::close);
      }
      var tenant = List.of("acme", "other", "roaming").get(random.nextInt(3));
      var residency = List.of("", "eu-de", "us-east").get(random.nextInt(3));
      var x = (float) random.nextInt(5);
      var request = request(x).with("tenant", tenant);
      var frame = new Kept(tenant, x, residency);
      try (var answer =
          pipeline
              .submit(residency.isEmpty() ? request : request.with("residency", residency))
              .join()) {
        if (answer instanceof Answer.Completed completed) {
          assertEquals(x, completed.output("y").toFloats()[0], "seed " + seed);
          var age = completed.quality().stale();
          if (age.isPresent()) {
            var max = pipeline.manifest().reach().answers().orElseThrow().maxAge();
            assertTrue(age.get().compareTo(max) <= 0, "seed " + seed);
            assertTrue(kept.contains(frame), "%s, seed %d".formatted(frame, seed));
            stale++;
          } else if (!residency.equals("us-east")) {
            kept.add(frame);
          }
        }
      }
    }
    assertEquals(stale, pipeline.counters().staleCount());
    return stale;
  }
}
