package dev.weft.cluster.fleet;

import static dev.weft.cluster.fleet.Fleets.AT;
import static dev.weft.cluster.fleet.Fleets.REGION;
import static dev.weft.cluster.fleet.Fleets.STAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.cluster.artifact.DeclaredVariant;
import dev.weft.cluster.fleet.FleetRollout.Phase;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Words that are lost, late, twice and in any order; sites that are away; processes that end. */
class FleetPropertyTest {

  private static final int SEEDS = 500;
  private static final Optional<Standing> BRINGS = Optional.of(Standing.BRINGS);
  private static final int STEPS = 250;
  private static final int ROUNDS_MAX = 50;
  private static final List<String> WAVES =
      List.of("rest", "site-1; rest", "site-2, site-3", "site-1; site-2; site-3", "site-3; rest");

  private record Word(NodeId node, Instruction instruction) {}

  private record Answer(NodeId node, NodeReport report) {}

  /** One fleet under one seed. Variants are called after their epochs, so that each is one's. */
  private static final class Run {
    private final FleetCodec codec = new FleetCodec();
    private final SplittableRandom random;
    private final Map<NodeId, Follower> nodes = new TreeMap<>();
    private final Set<SiteName> away = new HashSet<>();
    private final List<Word> words = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();
    private final Map<NodeId, List<Long>> positions = new HashMap<>();
    private final Map<Long, Integer> begun = new HashMap<>();
    private final Map<Long, Set<NodeId>> held = new HashMap<>();
    private final boolean isSlow;
    private FleetState state = FleetState.none();

    /**
     * @param isSlow whether nodes lack models now and then, which come slowly
     */
    Run(long seed, boolean isSlow) {
      random = new SplittableRandom(seed);
      this.isSlow = isSlow;
      for (var id : List.of("site-1/a", "site-1/b", "site-2/a", "site-3/a", "site-3/b")) {
        nodes.put(Fleets.id(id), new Follower(new FakeRollouts("v0")));
      }
    }

    FleetView view() {
      return Fleets.view(
          nodes.keySet().stream()
              .filter(node -> !away.contains(node.site()))
              .map(NodeId::toString)
              .toArray(String[]::new));
    }

    private Follower follower(NodeId node) {
      return java.util.Objects.requireNonNull(nodes.get(node));
    }

    void step() {
      switch (random.nextInt(isSlow ? 19 : 16)) {
        case 16, 17, 18 ->
            follower(any(List.copyOf(nodes.keySet()))).local().lack(random.nextInt(3));
        case 0 -> operate();
        case 1 -> flap();
        case 2 -> local(false);
        case 3, 4 -> local(true);
        case 5 -> endProcess();
        case 6, 7, 8 -> tick();
        case 9, 10, 11, 12 -> deliver();
        default -> hear();
      }
      check();
    }

    /** Which sites are known does not depend on who is away. */
    private void operate() {
      var latest = state.find(STAGE);
      if (random.nextInt(3) == 0 && latest.isPresent()) {
        accept(state.rollBack(STAGE, "an operator says so", AT));
      } else if (latest.isEmpty() || latest.get().phase() != Phase.UNDER_WAY) {
        var variant = "v" + (latest.map(FleetRollout::epoch).orElse(0L) + 1);
        var waves = WAVES.get(random.nextInt(WAVES.size()));
        var sees = new FleetView(view().nodes(), Fleets.view(ids()).sites());
        var draft = Fleets.draft(variant, waves);
        if (!sees.nodes().isEmpty()) {
          var known = isSlow ? Fleets.variants(variant) : unknown();
          accept(state.start(draft, REGION, known, sees, AT));
        }
      }
    }

    private static Optional<List<DeclaredVariant>> unknown() {
      return Optional.empty();
    }

    private String[] ids() {
      return nodes.keySet().stream().map(NodeId::toString).toArray(String[]::new);
    }

    private void flap() {
      var site = new SiteName("site-" + (1 + random.nextInt(3)));
      if (!away.remove(site)) {
        away.add(site);
      }
    }

    private void local(boolean passes) {
      var node = any(List.copyOf(nodes.keySet()));
      var local = follower(node).local();
      if (local.now().phase() == LocalRollout.Phase.TRIED) {
        if (passes) {
          pass(node, local);
        } else {
          local.fail("its gates say so");
        }
      }
    }

    private void pass(NodeId node, FakeRollouts local) {
      if (local.pass(STAGE)) {
        held.computeIfAbsent(epoch(local.running()), _ -> new HashSet<>()).add(node);
      }
    }

    private void endProcess() {
      if (random.nextBoolean()) {
        state = (FleetState) again(state);
      } else {
        var follower = follower(any(List.copyOf(nodes.keySet())));
        assertEquals(follower.state(), again(follower.state()));
      }
    }

    private Object again(Object kept) {
      return codec.fromBinary(codec.toBinary(kept), codec.manifest(kept));
    }

    private void tick() {
      accept(state.advance(view(), AT));
      for (var rollout : state.rollouts().values()) {
        for (var node : view().nodes()) {
          if (FleetRule.isDue(rollout, node)) {
            var order = FleetRule.order(rollout, node).orElseThrow();
            words.add(new Word(node.id(), FleetRule.instruction(rollout, order)));
          }
        }
      }
    }

    private void accept(FleetDecision decision) {
      if (decision instanceof FleetDecision.Accept(var events)) {
        for (var event : events) {
          state = state.on(event);
          if (event instanceof FleetEvent.WaveBegan began) {
            mayBegin(began.begun());
          }
          var latest = Fleets.latest(state);
          begun.merge(latest.epoch(), latest.begun(), Math::max);
        }
      }
    }

    /** By what nodes did, not by what was heard of it. */
    private void mayBegin(int waves) {
      var latest = Fleets.latest(state);
      var holders = held.getOrDefault(latest.epoch(), Set.of());
      for (var wave : latest.waves().subList(0, waves - 1)) {
        assertTrue(
            holders.stream().anyMatch(node -> wave.sites().contains(node.site())),
            () -> "wave after %s, which %s hold".formatted(wave, holders));
      }
    }

    private void deliver() {
      if (!words.isEmpty()) {
        var word = take(words);
        if (!away.contains(word.node().site())) {
          carryOut(word);
        }
      }
    }

    private void carryOut(Word word) {
      var follower = follower(word.node());
      var before = follower.local().done().size();
      answers.add(new Answer(word.node(), follower.tell(word.instruction())));
      for (var done : follower.local().done().subList(before, follower.local().done().size())) {
        if (done.startsWith("start ")) {
          mayStart(word.node(), epoch(done));
        }
      }
    }

    private void mayStart(NodeId node, long epoch) {
      var latest = Fleets.latest(state);
      if (latest.epoch() == epoch) {
        var wave = latest.wave(node.site(), true).orElseThrow();
        assertTrue(
            wave < begun.getOrDefault(epoch, 0), () -> "%s began before its wave".formatted(node));
      }
    }

    private void hear() {
      if (!answers.isEmpty()) {
        var answer = take(answers);
        accept(state.report(STAGE, answer.node(), answer.report(), AT));
      }
    }

    /** Most are gone then, some come once more. */
    private <T> T take(List<T> from) {
      var at = random.nextInt(from.size());
      return random.nextInt(4) == 0 ? from.get(at) : from.remove(at);
    }

    private <T> T any(List<T> from) {
      return from.get(random.nextInt(from.size()));
    }

    private static long epoch(String variant) {
      return Long.parseLong(variant.substring(variant.indexOf('v') + 1));
    }

    private void check() {
      nodes.forEach(
          (id, follower) -> {
            var done = follower.local().done().stream().filter(d -> d.startsWith("start")).toList();
            assertEquals(done.size(), new HashSet<>(done).size(), () -> id + " began twice");
            follower
                .state()
                .find(STAGE)
                .ifPresent(
                    kept -> {
                      var next = List.of(kept.epoch(), (long) kept.order().ordinal());
                      var last = positions.put(id, next);
                      assertTrue(
                          last == null
                              || last.get(0) < next.get(0)
                              || last.get(0).equals(next.get(0)) && last.get(1) <= next.get(1),
                          () -> "%s went back from %s to %s".formatted(id, last, next));
                    });
          });
    }

    /** All are reached, nothing is lost any more, and what is tried passes. */
    void heal() {
      away.clear();
      nodes.values().forEach(follower -> follower.local().lack(0));
      for (var round = 0; round < ROUNDS_MAX; round++) {
        tick();
        while (!words.isEmpty()) {
          carryOut(words.removeFirst());
        }
        while (!answers.isEmpty()) {
          var answer = answers.removeFirst();
          accept(state.report(STAGE, answer.node(), answer.report(), AT));
        }
        nodes.forEach((id, follower) -> pass(id, follower.local()));
        check();
      }
    }

    void checkWhole() {
      if (state.find(STAGE).isEmpty()) {
        return;
      }
      var latest = Fleets.latest(state);
      assertTrue(latest.phase() != Phase.UNDER_WAY, () -> "waits for ever: " + latest);
      for (var node : view().nodes()) {
        // One that had only brought the model when it was stopped never begins, and is asked so.
        var isStopped =
            isSlow
                && latest.phase() == Phase.STOPPED
                && latest.report(node.id()).map(NodeReport::standing).equals(BRINGS);
        assertEquals(isStopped, FleetRule.isDue(latest, node), () -> node + " of " + latest);
        FleetRule.order(latest, node).ifPresent(order -> checkNode(latest, node.id(), order));
      }
    }

    private void checkNode(FleetRollout latest, NodeId node, Order order) {
      var local = follower(node).local();
      assertFalse(
          latest.allTakenBack().contains(epoch(local.running())),
          () -> "%s runs %s: %s".formatted(node, local.running(), latest));
      assertFalse(local.now().isUnderWay(), () -> node + " still tries");
      var holds = epoch(local.running()) == latest.epoch();
      var failed =
          latest.report(node).filter(said -> said.standing() == Standing.ROLLED_BACK).isPresent();
      assertEquals(
          order == Order.BEGIN && !failed,
          holds,
          () -> "%s: %s, %s".formatted(node, order, latest));
    }
  }

  @Test
  void nodesNeverGoBackWavesWaitAndAllComesToBeWhenTheNetworkIsBack() {
    hold(false);
  }

  @Test
  void soItIsWhenModelsComeSlowly() {
    hold(true);
  }

  private static void hold(boolean isSlow) {
    for (var seed = 0; seed < SEEDS; seed++) {
      var run = new Run(seed, isSlow);
      try {
        for (var step = 0; step < STEPS; step++) {
          run.step();
        }
        run.heal();
        run.checkWhole();
      } catch (AssertionError e) {
        throw new AssertionError("seed %d: %s".formatted(seed, e.getMessage()), e);
      }
    }
  }
}
