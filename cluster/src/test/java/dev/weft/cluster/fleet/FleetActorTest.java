package dev.weft.cluster.fleet;

import static dev.weft.cluster.fleet.Fleets.STAGE;
import static dev.weft.cluster.fleet.Fleets.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import com.typesafe.config.ConfigFactory;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.json.Json;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A region and the nodes of its fleet as actors in one JVM, with journals, over a wire that is cut
 * and that keeps what went over it.
 */
@Timeout(120)
class FleetActorTest {

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          PersistenceTestKitPlugin.getInstance()
              .config()
              .withFallback(PersistenceTestKitSnapshotPlugin.config())
              .withFallback(ConfigFactory.parseString("akka.loglevel = WARNING"))
              .withFallback(ConfigFactory.load()));
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration CUT_OFF = Duration.ofSeconds(3);
  private static final FleetSettings SETTINGS =
      new FleetSettings(Duration.ofMillis(50), Duration.ofSeconds(5), CUT_OFF, 100);
  private static final AtomicInteger FLEETS = new AtomicInteger();

  /** Journals are told apart by the region's and the nodes' names. */
  private final int fleet = FLEETS.incrementAndGet();

  private final SiteName region = new SiteName("region-%d".formatted(fleet));
  private final Map<NodeId, FakeRollouts> local = new ConcurrentHashMap<>();
  private final Map<NodeId, ActorRef<FollowerActor.Command>> nodes = new ConcurrentHashMap<>();
  private final Map<NodeId, Long> processes = new ConcurrentHashMap<>();
  private final Set<SiteName> away = ConcurrentHashMap.newKeySet();
  private final List<Instruction> sent = new CopyOnWriteArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private Optional<ActorRef<FleetActor.Command>> controller = Optional.empty();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @AfterEach
  void end() {
    controller.ifPresent(KIT::stop);
    nodes.values().forEach(KIT::stop);
  }

  private NodeId node(String site) {
    return id("%s-%d/a".formatted(site, fleet));
  }

  private FakeRollouts local(String site) {
    return java.util.Objects.requireNonNull(local.get(node(site)));
  }

  private void starts(String site) {
    var node = node(site);
    local.computeIfAbsent(node, _ -> new FakeRollouts("fp32"));
    var process = processes.merge(node, 1L, Long::sum);
    nodes.put(
        node,
        KIT.spawn(
            FollowerActor.create(
                new FollowerActor.Setup(node, process, SETTINGS, local(site), nanos::get))));
  }

  private void ends(String site) {
    KIT.stop(java.util.Objects.requireNonNull(nodes.remove(node(site))));
  }

  private void region() {
    controller =
        Optional.of(
            KIT.spawn(
                FleetActor.create(
                    new FleetActor.Setup(
                        region,
                        SETTINGS,
                        Duration.ofMillis(1),
                        this::tell,
                        this::view,
                        _ -> Fleets.variants("fp32", "int8", "fp16"),
                        InstantSource.system()))));
  }

  private FleetView view() {
    var seen = new ArrayList<FleetView.Node>();
    var sites = local.keySet().stream().map(NodeId::site).collect(Collectors.toSet());
    for (var node : nodes.keySet()) {
      if (!away.contains(node.site())) {
        var process = processes.getOrDefault(node, 0L);
        seen.add(new FleetView.Node(node, "h:1", process, true, Set.of(STAGE)));
      }
    }
    return new FleetView(seen, sites);
  }

  private CompletionStage<NodeReport> tell(FleetView.Node node, Instruction instruction) {
    sent.add(instruction);
    return away.contains(node.id().site())
        ? CompletableFuture.failedFuture(new FleetException("the wire is cut"))
        : tell(node.id(), instruction);
  }

  private CompletionStage<NodeReport> tell(NodeId node, Instruction instruction) {
    var follower = java.util.Objects.requireNonNull(nodes.get(node));
    // As it goes over the wire.
    var heard = InstructionDesk.read(InstructionDesk.request(instruction));
    return FollowerActor.tell(KIT.system(), follower, heard, SETTINGS.answerTimeout());
  }

  private String ask(String question) {
    return FleetActor.ask(KIT.system(), controller.orElseThrow(), question, PATIENCE)
        .toCompletableFuture()
        .join();
  }

  private String begin(String variant, String sites) {
    var waves = sites.replaceAll("(site-\\d)", "$1-" + fleet);
    return ask(FleetQuestion.start(manifest(variant), waves));
  }

  /** A manifest whose last word is its variant, as {@link FakeRollouts} reads it. */
  private static String manifest(String variant) {
    return """
    apiVersion: weft/v1
    kind: Rollout
    name: score-%s
    summary: A rollout of a test.
    owner: tests@example.com
    stage: score
    limits: {cpu: {ratio: 3}}
    candidate: %s\
    """
        .formatted(variant, variant);
  }

  private Map<String, Object> status() {
    var rollouts = new ArrayList<Map<String, Object>>();
    if (Json.readObject(ask(FleetQuestion.status())).get("rollouts") instanceof List<?> all) {
      for (var each : all) {
        var object = new HashMap<String, Object>();
        ((Map<?, ?>) each).forEach((name, value) -> object.put(name.toString(), value));
        rollouts.add(object);
      }
    }
    return rollouts.getFirst();
  }

  private static void await(BooleanSupplier wanted) {
    KIT.createTestProbe()
        .awaitAssert(
            PATIENCE,
            Duration.ofMillis(10),
            () -> {
              assertTrue(wanted.getAsBoolean());
              return true;
            });
  }

  private void awaitPhase(String phase) {
    await(() -> phase.equals(status().get("phase")));
  }

  /** Has a node's gates pass as soon as it has something on trial. */
  private void passes(String site) {
    await(() -> local(site).pass(STAGE));
  }

  private boolean tries(String site) {
    return local(site).now().phase() == LocalRollout.Phase.TRIED;
  }

  /** A region and three sites; the third is not there at first where that is said. */
  private void fleet(boolean isThirdAway) {
    starts("site-1");
    starts("site-2");
    starts("site-3");
    if (isThirdAway) {
      away.add(node("site-3").site());
    }
    region();
  }

  @Test
  void waveAfterWaveComesToEverySite() {
    fleet(false);
    begin("int8", "site-1; rest");

    await(() -> tries("site-1"));
    await(() -> view().nodes().stream().allMatch(node -> hasAnswered(node.id())));
    assertEquals("fp32", local("site-2").running());
    assertFalse(tries("site-2"));
    passes("site-1");
    passes("site-2");
    passes("site-3");

    awaitPhase("done");
    assertEquals(2L, status().get("begun"));
    assertEquals("int8", local("site-3").running());
    var settled = sent.size();
    ask(FleetQuestion.status());
    assertEquals(settled, sent.size(), "nobody is told any more");
  }

  private boolean hasAnswered(NodeId node) {
    return status().get("nodes") instanceof List<?> all
        && all.stream()
            .map(Map.class::cast)
            .anyMatch(
                each -> node.toString().equals(each.get("node")) && !"".equals(each.get("order")));
  }

  @Test
  void aNodeThatTakesItBackStopsTheWavesAndAnOperatorTakesAllBack() {
    fleet(false);
    begin("int8", "site-1; site-2; rest");
    passes("site-1");
    await(() -> tries("site-2"));

    local("site-2").fail("psi of y 0.4");

    awaitPhase("stopped");
    assertEquals(
        "node %s took it back: psi of y 0.4".formatted(node("site-2")), status().get("why"));
    assertFalse(tries("site-3"));
    assertEquals("int8", local("site-1").running(), "what holds stays until somebody says so");

    ask(FleetQuestion.rollBack(STAGE, "not on two sites"));
    awaitPhase("taken back");
    await(() -> local("site-1").running().equals("fp32"));
    assertEquals(List.of(), local("site-3").done());
  }

  @Test
  void aLateOrderOfAnOlderRolloutDoesNothing() {
    fleet(false);
    begin("int8", "site-1; rest");
    await(() -> tries("site-1"));
    var late = sent.stream().filter(each -> each.order() == Order.BEGIN).findFirst().orElseThrow();
    ask(FleetQuestion.rollBack(STAGE, "another one is better"));
    await(() -> !tries("site-1"));
    begin("fp16", "site-2; rest");
    await(() -> tries("site-2"));

    for (var site : List.of("site-1", "site-2", "site-3")) {
      await(() -> hasAnswered(node(site)));
      var report = tell(node(site), late).toCompletableFuture().join();
      assertEquals(2, report.epoch());
    }

    assertEquals(List.of("start int8", "take back int8"), local("site-1").done());
    assertEquals(List.of("start fp16"), local("site-2").done());
    assertEquals(List.of(), local("site-3").done());
  }

  @Test
  void aSiteThatWasAwayGoesToTheLatestWithoutWhatLiesBetween() {
    fleet(true);
    begin("int8", "site-1; rest");
    passes("site-1");
    passes("site-2");
    awaitPhase("done");
    begin("fp16", "site-1; rest");
    passes("site-1");
    passes("site-2");
    awaitPhase("done");
    assertEquals("fp32", local("site-3").running(), "its last good one");

    away.clear();
    passes("site-3");

    await(() -> local("site-3").running().equals("fp16"));
    assertEquals(List.of("start fp16"), local("site-3").done());
  }

  @Test
  void nothingIsPromotedWhileTheRegionIsCutOffAndFailuresAreTakenBackAllTheSame() {
    fleet(false);
    begin("int8", "site-1, site-2; rest");
    await(() -> tries("site-1") && tries("site-2"));
    away.add(node("site-1").site());
    away.add(node("site-2").site());
    nanos.addAndGet(CUT_OFF.toNanos());

    assertFalse(local("site-1").pass(STAGE));
    local("site-2").fail("psi of y 0.4");
    assertEquals("fp32", local("site-2").running());

    away.clear();
    passes("site-1");
    awaitPhase("stopped");
  }

  @Test
  void aNodeThatStartsAnewWhileItIsCutOffPromotesNothing() {
    fleet(false);
    begin("int8", "site-1; rest");
    await(() -> tries("site-1"));
    away.add(node("site-1").site());

    ends("site-1");
    starts("site-1");
    assertFalse(local("site-1").pass(STAGE));

    away.clear();
    passes("site-1");
    assertEquals(List.of("start int8"), local("site-1").done(), "the journal knows of it");
  }

  @Test
  void aRegionThatEndsInTheMidstGoesOnFromItsJournal() {
    fleet(false);
    begin("int8", "site-1; rest");
    await(() -> tries("site-1"));

    KIT.stop(controller.orElseThrow());
    assertTrue(local("site-1").pass(STAGE), "the region was heard a moment ago");
    region();

    passes("site-2");
    passes("site-3");
    awaitPhase("done");
    assertEquals(1L, status().get("epoch"));
    assertEquals(List.of("start int8"), local("site-1").done());
  }

  @Test
  void theWaveWaitsForANodeThatBringsTheModel() {
    fleet(false);
    local("site-1").lack(70);
    begin("int8", "site-1; rest");
    var brings = "node %s brings: 70 bytes".formatted(node("site-1"));
    await(() -> String.valueOf(status().get("waitsFor")).contains(brings));
    assertEquals(1L, status().get("begun"));
    local("site-1").lack(0);

    List.of("site-1", "site-2", "site-3").forEach(this::passes);
    awaitPhase("done");
    assertEquals(List.of("start int8"), local("site-1").done());
  }

  @Test
  void aRollBackEndsTheBringing() {
    fleet(false);
    local("site-1").lack(70);
    begin("int8", "site-1; rest");
    await(() -> local("site-1").isBringing());
    ask(FleetQuestion.rollBack(STAGE, "it takes too long"));
    await(() -> local("site-1").done().equals(List.of("stop bringing")));
  }

  @Test
  void whatIsWrongIsRefusedWithASentence() {
    fleet(false);

    assertTrue(begin("int4", "rest").contains("variant 'int4': unknown to stage 'score'"));
    assertTrue(begin("int8", "site-9; rest").contains("site 'site-9-%d'".formatted(fleet)));
    assertTrue(begin("int8", "").contains("waves: ''"));
    assertTrue(ask(FleetQuestion.start("kind: Nothing", "rest")).contains("refused"));
    assertTrue(ask("{\"verb\": \"dance\"}").contains("verb: 'dance'"));
    assertTrue(ask("x").contains("refused"));
    begin("int8", "site-1; rest");
    assertTrue(begin("fp16", "rest").contains("rollout 1 to 'int8' is under way"));
  }
}
