package dev.weft.fabric.stage;

import dev.weft.fabric.lane.LaneBox;
import dev.weft.fabric.loop.InferenceLoop;
import dev.weft.fabric.manifest.Batching;
import dev.weft.fabric.pipeline.FabricClock;
import dev.weft.fabric.profile.ServiceProfile;
import dev.weft.fabric.stage.StageRunner.Outcome;
import dev.weft.stages.spi.Stage;
import java.util.List;
import java.util.function.ObjLongConsumer;

/** What one replica of a stage works with; the pure side of {@link StageActor}. */
final class Replica {

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

  /**
   * @param profile shared by all replicas of the variant, as is {@code breaker}
   * @param whenLeftBehind is told of runs that the loop goes on without, and how long they had run
   */
  Replica(
      StageKey key,
      Stage stage,
      InferenceLoop loop,
      FabricClock clock,
      ServiceProfile profile,
      StageBreaker breaker,
      ObjLongConsumer<StageRun> whenLeftBehind) {
    this.key = key;
    this.loop = loop;
    this.clock = clock;
    this.profile = profile;
    this.breaker = breaker;
    this.whenLeftBehind = whenLeftBehind;
    this.box = new LaneBox<>(key.manifest().queue());
    this.runner = new StageRunner(name(), stage, key.manifest().abi());
    this.together = new BatchRunner(runner);
    this.batches = batching().maxBatchSize() > 1 && BatchRunner.canBatch(key.manifest().abi());
  }

  String name() {
    return key.manifest().name();
  }

  Batching batching() {
    return key.manifest().batching();
  }

  /** Whether runs may be done together. */
  boolean batches() {
    return batches;
  }

  BatchRule newBatch(long nanos, BatchRule.Candidate first) {
    return new BatchRule(batching(), profile, nanos, first);
  }

  /** Runs what {@code run} asks for; one outcome for each. */
  List<Outcome> run(StageRun run) {
    if (run.asked().size() == 1) {
      return List.of(runner.run(run.asked().getFirst().frame(), run.inputs().getFirst()));
    }
    return together.run(run.asked().stream().map(StageActor.Run::frame).toList(), run.inputs());
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
