package dev.weft.app.rollout;

import dev.weft.cluster.fleet.LocalRollout;
import dev.weft.cluster.fleet.LocalRollouts;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.supervisor.rollout.Course;
import dev.weft.supervisor.rollout.Past;
import dev.weft.supervisor.rollout.RolloutReport;
import dev.weft.supervisor.rollout.RolloutState;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** The rollouts of this process, as they follow a region. Threadsafe. */
public final class FollowedRollouts implements LocalRollouts {

  /** Files of candidates may have to be brought. */
  private static final Executor BRINGING = Thread::startVirtualThread;

  private final Weft weft;
  private final RunningRollouts running;

  /**
   * @param running of {@code weft}
   */
  public FollowedRollouts(Weft weft, RunningRollouts running) {
    this.weft = weft;
    this.running = running;
  }

  @Override
  public CompletionStage<LocalRollout> latest(String stage) {
    var rollouts = running.rollouts();
    var runs = rollouts.running(stage);
    return runs.isEmpty()
        ? CompletableFuture.completedFuture(
            new LocalRollout(Set.of(), 0, "", LocalRollout.Phase.NONE, ""))
        : rollouts.report(stage).thenApply(report -> rollout(runs, report));
  }

  /**
   * @throws IllegalStateException if nobody knows how they stand
   */
  static LocalRollout rollout(Set<String> runs, RolloutReport report) {
    var state = report.state();
    if (state.course().isEmpty() && !report.trouble().isEmpty()) {
      throw new IllegalStateException(report.trouble());
    }
    return new LocalRollout(
        runs,
        state.course().map(Course::number).orElse(0L),
        state.course().map(course -> course.plan().candidate()).orElse(""),
        phase(state.phase()),
        why(report));
  }

  private static LocalRollout.Phase phase(RolloutState.Phase phase) {
    return switch (phase) {
      case NONE -> LocalRollout.Phase.NONE;
      case PROGRESSING, PAUSED -> LocalRollout.Phase.TRIED;
      case WATCHING -> LocalRollout.Phase.WATCHED;
      case HEALTHY -> LocalRollout.Phase.PROMOTED;
      case DEGRADED -> LocalRollout.Phase.TAKEN_BACK;
    };
  }

  private static String why(RolloutReport report) {
    var state = report.state();
    return switch (state.phase()) {
      case NONE, HEALTHY -> "";
      case DEGRADED -> state.past().isEmpty() ? "" : why(state.past().getLast());
      case WATCHING -> report.trouble();
      case PROGRESSING ->
          report.trouble().isEmpty()
              ? "at " + state.course().orElseThrow().now().label()
              : report.trouble();
      case PAUSED -> "paused: " + state.course().orElseThrow().pausedBecause();
    };
  }

  private static String why(Past past) {
    return "at %s: %s".formatted(past.step(), past.why());
  }

  @Override
  public CompletionStage<?> start(String stage, String manifest) {
    return CompletableFuture.supplyAsync(
            () -> running.start(ManifestFiles.rollout(manifest), declared(stage)), BRINGING)
        .thenCompose(started -> started);
  }

  private StageManifest declared(String stage) {
    return weft.pipelines().stream()
        .flatMap(pipeline -> pipeline.stages().values().stream())
        .filter(manifest -> manifest.name().equals(stage))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "stage '%s': no step runs it (expected: one)".formatted(stage)));
  }

  @Override
  public CompletionStage<?> takeBack(String stage, String why) {
    return running.rollouts().undo(stage, why);
  }

  @Override
  public void advanceIf(Permission permission) {
    running
        .rollouts()
        .advanceIf(
            state ->
                state
                    .course()
                    .filter(
                        course ->
                            !permission.mayAdvance(
                                course.plan().stage(), course.number(), course.plan().candidate()))
                    .isEmpty());
  }
}
