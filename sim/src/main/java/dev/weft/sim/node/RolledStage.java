package dev.weft.sim.node;

import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.manifest.Door;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.sim.invariant.Liveness;
import dev.weft.sim.invariant.OldOrNew;
import dev.weft.sim.world.Host;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.supervisor.analysis.Terms;
import dev.weft.supervisor.node.Rollouts;
import dev.weft.supervisor.rollout.RolloutReport;
import dev.weft.supervisor.rollout.RolloutState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A stage of one machine whose variants are rolled out, in several pipelines that sessions submit
 * frames to. Each life of the machine goes on with the rollouts of the one before.
 */
public final class RolledStage implements Resident, ModelWitness {

  public static final String NAME = "score";

  /** Several, so that a rollout could stop between them. */
  private static final List<String> PIPELINES = List.of("door", "till");

  private static final Duration DEADLINE = Duration.ofMillis(400);
  private static final int INSIDE_MAX = 64;
  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(5);

  private final Host host;
  private final RolloutBook book;
  private final Terms terms;
  private final Runnable atEvent;
  private final Runnable atEnd;
  private final StageManifest manifest;
  private final List<Visitors> visitors = new ArrayList<>();
  private final Site site;
  private Optional<Life> life = Optional.empty();

  /** The present life of the machine. */
  private static final class Life {
    private final Node node;
    private final RolloutLife told;
    private final List<Pipeline> pipelines = new ArrayList<>();
    private Optional<Rollouts> rollouts = Optional.empty();
    private int deployed;

    Life(Node node, RolloutLife told) {
      this.node = node;
      this.told = told;
    }
  }

  /**
   * @param every time between two frames of a pipeline, on average
   * @param terms what rollouts are judged by
   * @param atEvent is run at each durable event of this machine's controllers, before they act
   * @param atEnd is run when a life of the machine has ended
   */
  public RolledStage(
      Host host,
      NodeSpec spec,
      RolloutBook book,
      Duration every,
      Terms terms,
      Runnable atEvent,
      Runnable atEnd) {
    this.host = host;
    this.book = book;
    this.terms = terms;
    this.atEvent = atEvent;
    this.atEnd = atEnd;
    this.manifest =
        Manifests.engine(
            NAME,
            book.kinds().stream()
                .map(kind -> Manifests.variant(kind.name(), kind.plus(), kind.temper()))
                .toList());
    PIPELINES.forEach(name -> visitors.add(new Visitors(book, name, every)));
    this.site = new Site(book.world(), host, spec.witnessedBy(this), book.findings());
    site.take(this);
  }

  /** The machine. */
  public Site site() {
    return site;
  }

  /** The way in to its rollouts; empty while there is none. */
  public Optional<Rollouts> rollouts() {
    return life.flatMap(now -> now.rollouts);
  }

  /** Has sessions submit frames whenever there is a node, and books looked at. */
  public void start() {
    visitors.forEach(Visitors::start);
    watch();
  }

  private void watch() {
    book.world()
        .after(
            Duration.ofMillis(200),
            () -> {
              visitors.forEach(Visitors::check);
              watch();
            });
  }

  public void end() {
    visitors.forEach(Visitors::end);
  }

  @Override
  public void lead(Node node) {
    var begun = new Life(node, new RolloutLife(book, host.name(), node.epoch(), atEvent));
    life = Optional.of(begun);
    for (var i = 0; i < PIPELINES.size(); i++) {
      var declared =
          Manifests.pipeline(PIPELINES.get(i), NAME, DEADLINE, Door.of(INSIDE_MAX).open());
      var stages = Map.of(NAME, manifest);
      var door = node.deploy(declared, stages, () -> deployed(begun));
      var pipeline =
          new Pipeline(new NodeHost(node), door, Optional.empty(), Optional.empty(), stages);
      begun.pipelines.add(pipeline);
      visitors.get(i).lead(node, pipeline, begun.told);
    }
  }

  /** As those who embed a node do, rollouts begin when all pipelines are there. */
  private void deployed(Life of) {
    of.deployed++;
    if (of.deployed == PIPELINES.size()) {
      of.rollouts = Optional.of(of.node.rollouts(of.pipelines, _ -> terms, of.told));
    }
  }

  @Override
  public void lost() {
    life = Optional.empty();
    visitors.forEach(Visitors::lost);
    atEnd.run();
  }

  @Override
  public void loads(long plus, Temper temper) {
    if (temper == Temper.ENDS) {
      var kind = book.kind(plus);
      book.world().note("%s loads %s".formatted(host.name(), kind.name()));
      book.ends(kind);
      site.kill();
      throw new StageException(ErrorCode.INTERNAL, "the process has ended");
    }
  }

  @Override
  public void ran(long plus, float[] input, boolean isBroken) {
    life.ifPresent(now -> now.told.ran(book.kind(plus).name(), Visitors.frame(input), isBroken));
  }

  @Override
  public void checkEnded() {
    visitors.forEach(Visitors::checkEnded);
    var asked = rollouts().map(way -> way.report(NAME)).orElseGet(CompletableFuture::new);
    book.world().passUntil(asked::isDone, ANSWERED_WITHIN);
    if (!asked.isDone() || asked.isCompletedExceptionally()) {
      book.findings().add(Liveness.NAME, host.name() + ": no word of its rollouts");
      return;
    }
    checkOver(asked.join());
  }

  private void checkOver(RolloutReport report) {
    var state = report.state();
    if (state.isActive() || !report.trouble().isEmpty()) {
      book.findings()
          .add(
              Liveness.NAME,
              "%s: the rollout is %s, %s (expected: over)"
                  .formatted(host.name(), state.phase(), report));
      return;
    }
    var expected = expected(state);
    for (var pipeline : life.orElseThrow().pipelines) {
      var place = "%s's %s".formatted(host.name(), pipeline.name());
      var step = pipeline.plan().orElseThrow().steps().getFirst();
      book.findings()
          .addAll(
              OldOrNew.check(
                  place,
                  step.arms().getFirst().variant(),
                  step.trial().map(trial -> step.arms().get(trial.arm()).variant()),
                  expected));
    }
    checkLoaded(Set.of("%s@%s".formatted(NAME, expected)));
  }

  private String expected(RolloutState over) {
    return over.current().orElse(book.first());
  }

  private void checkLoaded(Set<String> expected) {
    var asked = life.orElseThrow().node.loaded();
    book.world().passUntil(asked::isDone, ANSWERED_WITHIN);
    var loaded = asked.getNow(Set.of("no answer"));
    if (!loaded.equals(expected)) {
      book.findings()
          .add(
              Liveness.NAME,
              "%s: loaded are %s (expected: %s)".formatted(host.name(), loaded, expected));
    }
  }
}
