package dev.weft.fabric.stage;

import dev.weft.fabric.lane.LaneBox;
import dev.weft.fabric.loop.InferenceLoop;
import dev.weft.fabric.loop.Watch;
import dev.weft.fabric.manifest.Batching;
import dev.weft.fabric.pipeline.FabricClock;
import dev.weft.fabric.pipeline.RunTimes;
import dev.weft.fabric.profile.AdmissionRule;
import dev.weft.fabric.profile.ServiceProfile;
import dev.weft.fabric.stage.StageRunner.Outcome;
import dev.weft.stages.spi.AsyncStage;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.tensor.TensorAllocator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;

/** What one replica of a stage works with; the pure side of {@link StageActor}. */
final class Replica implements Watch.Queue {

  private final StageKey key;
  private final InferenceLoop loop;
  private final FabricClock clock;
  private final ServiceProfile profile;
  private final StageBreaker breaker;
  private final ObjLongConsumer<StageRun> whenLeftBehind;
  private final LaneBox<LaneMailbox.Laned> box;
  private final StageRunner runner;
  private final BatchRunner together;
  private final boolean batches;
  private final boolean endsSoon;
  private final Optional<AsyncStage> async;
  private final int credits;
  private int underWay;
  private long lastBegunNanos;

  /**
   * @param replicas that share an asynchronous stage's credits, this one included
   * @param profile shared by all replicas of the variant, as are {@code breaker} and {@code
   *     tensors}
   * @param whenLeftBehind is told of runs that the loop goes on without, and how long they had run
   */
  Replica(
      StageKey key,
      Stage stage,
      int replicas,
      InferenceLoop loop,
      FabricClock clock,
      ServiceProfile profile,
      StageBreaker breaker,
      TensorAllocator tensors,
      ObjLongConsumer<StageRun> whenLeftBehind) {
    this.key = key;
    this.loop = loop;
    this.clock = clock;
    this.profile = profile;
    this.breaker = breaker;
    this.whenLeftBehind = whenLeftBehind;
    this.lastBegunNanos = clock.nanos();
    this.box = new LaneBox<>(key.manifest().queue());
    this.runner = new StageRunner(name(), stage, key.manifest().abi(), tensors);
    this.together = new BatchRunner(runner);
    this.async = stage instanceof AsyncStage elsewhere ? Optional.of(elsewhere) : Optional.empty();
    this.endsSoon = stage.endsSoon();
    this.credits = async.map(elsewhere -> Math.max(1, elsewhere.credits() / replicas)).orElse(0);
    this.batches =
        async.isEmpty()
            && batching().maxBatchSize() > 1
            && BatchRunner.canBatch(key.manifest().abi());
  }

  String name() {
    return key.manifest().name();
  }

  Batching batching() {
    return key.manifest().batching();
  }

  /** Whether a caller's thread may run it. */
  boolean endsSoon() {
    return endsSoon;
  }

  /** Whether runs may be done together. */
  boolean batches() {
    return batches;
  }

  BatchRule newBatch(long nanos, BatchRule.Candidate first) {
    return new BatchRule(batching(), profile, nanos, first);
  }

  /** Takes note that something is run. */
  void begun(long nanos) {
    lastBegunNanos = nanos;
  }

  /**
   * Whether so long nothing was run that what is known of runs may not be so any more. What is
   * refused on a forecast would otherwise be refused for ever: only a run can show a better one.
   */
  boolean mayHaveChanged(long nanos) {
    return nanos - lastBegunNanos >= AdmissionRule.PROBE_EVERY.toNanos();
  }

  /** Runs what {@code run} asks for; one outcome for each. */
  List<Outcome> run(StageRun run) {
    if (!run.isOnTrial()) {
      return outcomes(run);
    }
    var before = clock.cpuNanos();
    var outcomes = outcomes(run);
    if (before != RunTimes.NOT_MEASURED) {
      run.tookCpu(clock.cpuNanos() - before);
    }
    return outcomes;
  }

  private List<Outcome> outcomes(StageRun run) {
    if (run.asked().size() == 1) {
      return List.of(runner.run(run.context(), run.inputs().getFirst()));
    }
    return together.run(run.asked().stream().map(StageActor.Run::frame).toList(), run.inputs());
  }

  /** The stage, if its runs end elsewhere. */
  Optional<AsyncStage> async() {
    return async;
  }

  /**
   * Starts a run that ends elsewhere; with the last credit taken, what waits is left waiting.
   *
   * @param ended is told the outcome, on any thread
   */
  void start(AsyncStage stage, StageRun run, Consumer<Outcome> ended) {
    underWay++;
    box.hold(underWay >= credits);
    runner.start(stage, run.asked().getFirst().frame(), run.inputs().getFirst(), ended);
  }

  /** Takes note on the loop's thread that a run has ended elsewhere. */
  void ended() {
    underWay--;
    box.hold(false);
  }

  @Override
  public void expire(long nanos) {
    box.expire(nanos, LaneMailbox.Laned::displaced);
  }

  @Override
  public void removeUnwanted() {
    box.removeUnwanted(LaneMailbox.Laned::displaced);
  }

  void leftBehind(StageRun run, long ranNanos) {
    whenLeftBehind.accept(run, ranNanos);
  }

  LaneBox<LaneMailbox.Laned> box() {
    return box;
  }

  InferenceLoop loop() {
    return loop;
  }

  FabricClock clock() {
    return clock;
  }

  ServiceProfile profile() {
    return profile;
  }

  StageBreaker breaker() {
    return breaker;
  }
}
