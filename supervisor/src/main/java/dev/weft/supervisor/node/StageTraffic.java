package dev.weft.supervisor.node;

import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.Plan;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.fabric.pipeline.TrialEvent;
import dev.weft.fabric.routing.TrialShare;
import dev.weft.supervisor.rollout.StoredFrames;
import dev.weft.supervisor.rollout.Traffic;
import dev.weft.supervisor.rollout.TrafficControl;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Brings the steps of one stage, in all pipelines of a node, to what a rollout wants. What is so
 * already is left as it is, so that the same can be asked again and again. Threadsafe.
 *
 * <p>A step belongs to a rollout if it has no split of its own and runs one of the variants that
 * were ever in charge of the stage; one that was put on another variant on purpose keeps it.
 */
public final class StageTraffic implements TrafficControl {

  /** Request attribute that decides who is answered by a candidate. */
  public static final String STICKY_BY = "session";

  private final Supplier<List<Pipeline>> pipelines;
  private final String stage;
  private final Supplier<Optional<StageManifest>> declared;
  private final TrialDesk desk;
  private final Consumer<Optional<StoredFrames>> stored;

  /** One step of one pipeline. */
  private record Place(Pipeline pipeline, PlanStep step) {
    String running() {
      return step.arms().getFirst().variant();
    }

    Optional<String> candidate() {
      return step.trial().map(trial -> step.arms().get(trial.arm()).variant());
    }

    CompletableFuture<Void> swap(String variant) {
      return candidate().isPresent() && candidate().get().equals(variant)
          ? pipeline.promote(step.name())
          : endTrial().thenCompose(_ -> pipeline.swap(step.name(), variant));
    }

    CompletableFuture<Void> endTrial() {
      return candidate().isPresent()
          ? pipeline.endTrial(step.name())
          : CompletableFuture.completedFuture(null);
    }
  }

  /**
   * @param pipelines finds those that are deployed now
   * @param desk tells of trials
   * @param declared finds the stage with a candidate that came after the pipelines were deployed
   * @param stored has recorded frames run
   */
  StageTraffic(
      Supplier<List<Pipeline>> pipelines,
      String stage,
      TrialDesk desk,
      Supplier<Optional<StageManifest>> declared,
      Consumer<Optional<StoredFrames>> stored) {
    this.pipelines = pipelines;
    this.stage = stage;
    this.desk = desk;
    this.declared = declared;
    this.stored = stored;
  }

  /** Fails with the first step that could not be brought there; those after it are as before. */
  @Override
  public CompletableFuture<Void> apply(Traffic wanted) {
    var done = CompletableFuture.<Void>completedFuture(null);
    for (var place : places()) {
      if (isOf(place, wanted)) {
        done = done.thenCompose(_ -> stable(place, wanted)).thenCompose(_ -> trial(place, wanted));
      }
    }
    return done;
  }

  @Override
  public void withdraw() {
    for (var place : places()) {
      if (place.candidate().isPresent()) {
        place.pipeline().withdraw(place.step().name());
      }
    }
  }

  @Override
  public void rerun(Optional<StoredFrames> wanted) {
    stored.accept(wanted);
  }

  @Override
  public void observe(TrialEvent.Observer observer) {
    desk.observe(stage, observer);
  }

  private static boolean isOf(Place place, Traffic wanted) {
    return wanted.replaces().contains(place.running())
        || wanted.stable().map(place.running()::equals).orElse(false);
  }

  private CompletableFuture<Void> stable(Place place, Traffic wanted) {
    var stable = wanted.stable().orElse(place.running());
    return place.running().equals(stable)
        ? CompletableFuture.completedFuture(null)
        : place.swap(stable);
  }

  private CompletableFuture<Void> trial(Place before, Traffic wanted) {
    var place = now(before);
    if (wanted.trial().isEmpty()) {
      return place.endTrial();
    }
    var trial = wanted.trial().get();
    var step = place.step().name();
    var isThere = place.candidate().map(trial.variant()::equals).orElse(false);
    if (!isThere && !wanted.mayLoad()) {
      return place.endTrial();
    }
    var loaded =
        isThere
            ? CompletableFuture.<Void>completedFuture(null)
            : place.pipeline().tryOut(step, trial.variant(), declared.get());
    return loaded.thenRun(
        () ->
            place
                .pipeline()
                .share(
                    step,
                    new TrialShare(trial.name(), STICKY_BY, trial.answers(), trial.compared())));
  }

  private Place now(Place before) {
    return before
        .pipeline()
        .plan()
        .map(plan -> new Place(before.pipeline(), plan.steps().get(before.step().index())))
        .orElse(before);
  }

  private List<Place> places() {
    var places = new ArrayList<Place>();
    for (var pipeline : pipelines.get()) {
      for (var step : pipeline.plan().map(Plan::steps).orElse(List.of())) {
        if (step.split().isEmpty() && step.arms().getFirst().stage().equals(stage)) {
          places.add(new Place(pipeline, step));
        }
      }
    }
    return places;
  }
}
