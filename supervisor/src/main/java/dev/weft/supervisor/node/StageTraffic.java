package dev.weft.supervisor.node;

import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.TrialEvent;
import dev.weft.fabric.routing.TrialShare;
import dev.weft.supervisor.rollout.StoredFrames;
import dev.weft.supervisor.rollout.Traffic;
import dev.weft.supervisor.rollout.TrafficControl;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

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
  private final TrialObservers observers;
  private final Consumer<Optional<StoredFrames>> stored;

  private final Object switching = new Object();
  private boolean isHeld;
  // The trial in which what runs beside a promoted variant is the one before; empty for none.
  private String restored = "";

  /**
   * @param pipelines finds those that are deployed now
   * @param observers tells of trials
   * @param declared finds the stage with a candidate that came after the pipelines were deployed
   * @param stored has recorded frames run
   */
  StageTraffic(
      Supplier<List<Pipeline>> pipelines,
      String stage,
      TrialObservers observers,
      Supplier<Optional<StageManifest>> declared,
      Consumer<Optional<StoredFrames>> stored) {
    this.pipelines = pipelines;
    this.stage = stage;
    this.observers = observers;
    this.declared = declared;
    this.stored = stored;
  }

  /**
   * Fails with what the first step says that could not be brought there. What its pipeline says
   * that is unloaded meanwhile is no failure: it tells nothing of the candidate.
   */
  @Override
  public CompletableFuture<Void> apply(Traffic wanted) {
    observers.attend();
    var problems = new ConcurrentLinkedQueue<Throwable>();
    var done = CompletableFuture.<Void>completedFuture(null);
    for (var place : placesOf(wanted)) {
      done =
          done.thenCompose(_ -> stable(place, wanted))
              .thenCompose(_ -> trial(place, wanted))
              .exceptionally(
                  problem -> {
                    if (pipelines.get().contains(place.pipeline())) {
                      problems.add(problem);
                    }
                    return null;
                  });
    }
    return done.thenCompose(
        _ ->
            problems.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(problems.element()));
  }

  @Override
  public Optional<String> obstacle(Traffic wanted) {
    var places = placesOf(wanted);
    if (places.isEmpty()) {
      return Optional.of(
          "no step runs %s of stage '%s' now".formatted(wanted.stable().orElse("it"), stage));
    }
    return wanted
        .trial()
        .map(Traffic.Trial::variant)
        .filter(variant -> places.stream().noneMatch(place -> isDeclared(place, variant)))
        .map(
            variant ->
                ("variant '%s' of stage '%s' is declared nowhere (expected: its rollout started"
                        + " again with the stage that declares it)")
                    .formatted(variant, stage));
  }

  private boolean isDeclared(StagePlace place, String variant) {
    return Stream.of(place.declared(), declared.get())
        .flatMap(Optional::stream)
        .anyMatch(manifest -> manifest.variant(variant).isPresent());
  }

  @Override
  public void takeBack(boolean isPromoted) {
    synchronized (switching) {
      isHeld = true;
      restored = "";
      for (var place : places()) {
        if (place.candidate().isPresent()) {
          takeBack(place, isPromoted);
        }
      }
    }
  }

  private void takeBack(StagePlace place, boolean isPromoted) {
    var step = place.step().name();
    var share = place.pipeline().switches().trial(step);
    if (isPromoted && share.isPresent()) {
      restored = share.get().trial();
      place.pipeline().share(step, of(restored, TrialShare.WHOLE, 0));
    } else {
      place.pipeline().withdraw(step);
    }
  }

  @Override
  public void admit() {
    synchronized (switching) {
      isHeld = false;
      restored = "";
    }
  }

  @Override
  public void rerun(Optional<StoredFrames> wanted) {
    stored.accept(wanted);
  }

  @Override
  public void observe(TrialEvent.Observer observer) {
    observers.observe(stage, observer);
  }

  private CompletableFuture<Void> stable(StagePlace place, Traffic wanted) {
    var stable = wanted.stable().orElse(place.running());
    return place.running().equals(stable)
        ? CompletableFuture.completedFuture(null)
        : place.swap(stable);
  }

  private CompletableFuture<Void> trial(StagePlace before, Traffic wanted) {
    var place = before.now();
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
    return loaded.thenRun(() -> share(place.pipeline(), step, trial));
  }

  private void share(Pipeline pipeline, String step, Traffic.Trial trial) {
    synchronized (switching) {
      var name = trial.name();
      if (!isHeld) {
        pipeline.share(step, of(name, trial.answers(), trial.compared()));
      } else {
        // Another trial is another rollout's, whose candidate is not what ran before.
        pipeline.share(step, of(name, name.equals(restored) ? TrialShare.WHOLE : 0, 0));
      }
    }
  }

  private static TrialShare of(String trial, int answers, int compared) {
    return new TrialShare(trial, STICKY_BY, answers, compared);
  }

  /** Those where the stable variant runs, or one that it replaces. */
  private List<StagePlace> placesOf(Traffic wanted) {
    return places().stream()
        .filter(
            place ->
                wanted.replaces().contains(place.running())
                    || wanted.stable().map(place.running()::equals).orElse(false))
        .toList();
  }

  private List<StagePlace> places() {
    return StagePlace.all(pipelines.get(), stage);
  }
}
