package dev.weft.app.rollout;

import dev.weft.app.brought.Bringing;
import dev.weft.app.brought.BroughtFolder;
import dev.weft.app.failure.WorkFailed;
import dev.weft.cluster.artifact.ArtifactLink;
import dev.weft.cluster.artifact.DeclaredVariant;
import dev.weft.cluster.fleet.Instruction;
import dev.weft.cluster.fleet.LocalRollout;
import dev.weft.cluster.fleet.LocalRollouts;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.negotiation.Negotiation;
import dev.weft.fabric.negotiation.NodeAbilities;
import dev.weft.fabric.pipeline.Plan;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.supervisor.rollout.Course;
import dev.weft.supervisor.rollout.Past;
import dev.weft.supervisor.rollout.RolloutReport;
import dev.weft.supervisor.rollout.RolloutState;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * The rollouts of this process, as they follow a region. A candidate that a stage here does not
 * have is brought first, as the region declares it. Threadsafe.
 */
public final class FollowedRollouts implements LocalRollouts, AutoCloseable {

  /** Files of candidates are read, and may have to be fetched. */
  private static final Executor READING = Thread::startVirtualThread;

  private final Weft weft;
  private final RunningRollouts running;
  private final BroughtFolder brought;
  private final Bringing bringing;
  private final Set<String> zones;

  /**
   * @param running of {@code weft}
   * @param bringsMax most candidates that are brought at once
   * @param zones in which this node is
   */
  public FollowedRollouts(
      Weft weft, RunningRollouts running, int bringsMax, Collection<String> zones) {
    this.weft = weft;
    this.running = running;
    this.brought = running.brought();
    this.bringing = new Bringing(brought, bringsMax);
    this.zones = Set.copyOf(zones);
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
  public CompletionStage<Beginning> start(Instruction begin) {
    return CompletableFuture.supplyAsync(() -> begun(begin), READING)
        .thenCompose(beginning -> beginning);
  }

  private CompletableFuture<Beginning> begun(Instruction begin) {
    var stage = declared(begin.stage());
    var rollout = ManifestFiles.rollout(begin.manifest());
    var own =
        stage
            .variant(begin.variant())
            .filter(variant -> !brought.isFromHere(stage.name(), variant));
    if (begin.declared().isEmpty() || own.isPresent()) {
      own.flatMap(variant -> begin.declared().flatMap(declared -> declared.unlike(variant)))
          .ifPresent(FollowedRollouts::refuse);
      return running.start(rollout, stage).thenApplyAsync(this::begun, READING);
    }
    var declared = begin.declared().get();
    refusal(stage, declared).ifPresent(FollowedRollouts::refuse);
    var variant = brought.find(declared);
    return variant.isPresent()
        ? running.start(rollout, stage.with(variant.get())).thenApplyAsync(this::begun, READING)
        : CompletableFuture.completedFuture(
            new Beginning.Bringing(bringing.bring(declared, begin.region())));
  }

  /** Why a candidate cannot be brought for a stage; empty if it can. */
  private Optional<String> refusal(StageManifest stage, DeclaredVariant declared) {
    return declared
        .unfit(stage)
        .or(() -> declared.unwelcome(zones))
        .or(
            () ->
                Negotiation.refusal(stage, declared.variant(), NodeAbilities.here())
                    .map(why -> "variant '%s' %s".formatted(declared.name(), why)))
        .or(() -> brought.obstacle(declared));
  }

  private static void refuse(String why) {
    throw new WorkFailed(why);
  }

  /** What no rollout needs any more goes, now that another one has begun. */
  private Beginning begun(RolloutState state) {
    var course = state.course().orElseThrow();
    var stage = course.plan().stage();
    var needed = new HashSet<>(Set.of(course.plan().candidate(), course.stable()));
    for (var pipeline : weft.pipelines()) {
      for (var step : pipeline.plan().map(Plan::steps).orElse(List.of())) {
        step.arms().stream()
            .filter(arm -> arm.stage().equals(stage))
            .forEach(arm -> needed.add(arm.variant()));
      }
    }
    brought.prune(stage, needed, bringing::underWay);
    return new Beginning.Begun();
  }

  @Override
  public void stopBringing(String stage) {
    bringing.stop(stage);
  }

  @Override
  public void bringBy(ArtifactLink link) {
    bringing.over(link);
  }

  @Override
  public Residency residency(String sha256) {
    return brought.residency(sha256);
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

  /** Brings nothing any more. */
  @Override
  public void close() {
    bringing.close();
  }
}
