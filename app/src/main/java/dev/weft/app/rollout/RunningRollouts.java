package dev.weft.app.rollout;

import dev.weft.app.brought.BroughtFolder;
import dev.weft.app.control.ControlException;
import dev.weft.app.control.ControlRequest;
import dev.weft.app.control.PipelineControl.RolloutDesk;
import dev.weft.app.failure.WorkFailed;
import dev.weft.app.fetch.Fetcher;
import dev.weft.app.running.Selection;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.RolloutManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.fabric.reading.ManifestFiles.Verify;
import dev.weft.stages.spi.StageKinds;
import dev.weft.supervisor.evidence.EvidenceRecorder;
import dev.weft.supervisor.node.Rollouts;
import dev.weft.supervisor.rollout.RolloutState;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;

/** The rollouts of this process, as they are asked of from outside. Threadsafe. */
public final class RunningRollouts implements RolloutDesk {

  private final Weft weft;
  private final ChangeRelay changes;
  private final Rollouts rollouts;
  private final EvidenceRecorder evidence;
  private final Fetcher fetcher;
  private final Map<String, StageManifest> declared;
  private final BroughtFolder brought;

  /**
   * @param evidence is told of all that happens
   * @param declared stages with their candidates, by name; kept up to date here
   * @param brought candidates that came from other nodes
   */
  RunningRollouts(
      Weft weft,
      EvidenceRecorder evidence,
      Map<String, StageManifest> declared,
      BroughtFolder brought,
      Fetcher fetcher) {
    this.weft = weft;
    this.evidence = evidence;
    this.declared = declared;
    this.brought = brought;
    this.fetcher = fetcher;
    this.changes = new ChangeRelay(evidence);
    this.rollouts = Rollouts.on(weft, changes);
  }

  /** Tells {@code next} from now on how rollouts stand after something happened. */
  void onChange(ChangeRelay.OnChange next) {
    changes.tell(next);
  }

  public Rollouts rollouts() {
    return rollouts;
  }

  /** Candidates that came from other nodes. */
  public BroughtFolder brought() {
    return brought;
  }

  @Override
  public Map<String, Object> answer(ControlRequest.Rollout request) {
    var text = request.text();
    return switch (request.verb()) {
      case START -> start(Path.of(text.orElseThrow(() -> missing("a manifest"))));
      case STATUS -> status(request.stage());
      case PAUSE -> done(rollouts.pause(stage(request), text.orElse("asked for")));
      case RESUME -> done(rollouts.resume(stage(request)));
      case ABORT -> takenBack(stage(request), text.orElse("asked for"), rollouts::abort);
      case UNDO -> takenBack(stage(request), text.orElse("asked for"), rollouts::undo);
      case PROMOTE -> done(rollouts.promote(stage(request), text.orElse("")));
      case LIFT -> lift(stage(request), text.orElseThrow(() -> missing("a reason")));
    };
  }

  /**
   * Starts what a manifest declares; its stage is the one that stands beside it.
   *
   * @throws WorkFailed if there is no rollout in it, or several
   */
  public Map<String, Object> start(Path manifest) {
    var found = ManifestFiles.load(manifest, StageKinds.discover(), Verify.STRUCTURE_ONLY);
    if (found.rollouts().size() != 1) {
      throw new WorkFailed(
          "%s: %d rollouts in it (expected: one)".formatted(manifest, found.rollouts().size()));
    }
    var rollout = found.rollouts().values().iterator().next();
    return done(start(rollout, stage(found.stages(), rollout)));
  }

  /**
   * Starts a rollout; brings the files of its candidate first.
   *
   * @throws WorkFailed if they cannot be had as pinned
   */
  CompletableFuture<RolloutState> start(RolloutManifest rollout, StageManifest stage) {
    Selection.bringPinned(stage, Set.of(rollout.candidate()), fetcher);
    declared.put(stage.name(), stage);
    return rollouts.start(rollout, stage);
  }

  /** Says that a rollout of one of these stages is under way; empty if none is. */
  public Optional<String> underWay(Set<String> stages) {
    for (var stage : stages) {
      var state = joined(rollouts.report(stage)).state();
      if (state.isActive()) {
        return Optional.of(
            "stage '%s': %s (expected: no rollout under way; the change is taken when it has ended)"
                .formatted(stage, StateObject.sentence(state)));
      }
    }
    return Optional.empty();
  }

  private static StageManifest stage(Map<String, StageManifest> stages, RolloutManifest rollout) {
    var stage = stages.get(rollout.stage());
    if (stage == null) {
      throw new WorkFailed(
          "%s: stage '%s' is not beside it (expected: one of %s)"
              .formatted(rollout.origin(), rollout.stage(), stages.keySet()));
    }
    return stage;
  }

  private Map<String, Object> status(Optional<String> wanted) {
    var reports = new ArrayList<Map<String, Object>>();
    for (var stage :
        wanted
            .map(this::inUse)
            .map(List::of)
            .orElseGet(() -> List.copyOf(rollouts.stagesInUse()))) {
      var report = joined(rollouts.report(stage));
      if (wanted.isPresent() || report.state().course().isPresent()) {
        var object = StateObject.of(stage, report, evidence::status);
        waitsBecause(report.state()).ifPresent(why -> object.put("waits", why));
        reports.add(object);
      }
    }
    return Map.of("rollouts", reports);
  }

  /** Why nothing is compared now though a rollout is under way; empty if nothing is in the way. */
  private Optional<String> waitsBecause(RolloutState state) {
    if (state.isActive() && !rollouts.mayAdvance(state)) {
      return Optional.of(
          "it is the fleet's, and nothing was heard of the region of late: it stays at its step");
    }
    var load = weft.load();
    return state.isActive() && load.pausedLanes().contains(Lane.SHADOW)
        ? Optional.of(
            "load is %s, so nothing runs in the shadow; 'weft ctl status' says what presses"
                .formatted(load.level().name().toLowerCase(Locale.ROOT)))
        : Optional.empty();
  }

  private Map<String, Object> lift(String stage, String why) {
    var state = joined(rollouts.report(stage)).state();
    if (state.denied().isEmpty()) {
      throw new ControlException("stage '%s': nothing is denied".formatted(stage));
    }
    for (var digest : state.denied().keySet()) {
      joined(rollouts.lift(stage, digest, why));
    }
    return Map.of("done", "%d denials lifted".formatted(state.denied().size()));
  }

  @Override
  public void acceptRisk(String stage, ControlRequest.Swap swap) {
    var reason =
        swap.acceptedRisk()
            .filter(text -> !text.isBlank())
            .orElseThrow(
                () ->
                    new ControlException(
                        "swap of step '%s' to '%s': no evidence (expected: a rollout, or --accept-risk)"
                            .formatted(swap.step(), swap.variant())));
    if (swap.arm().isEmpty()) {
      refuseWhereARolloutHolds(stage, swap);
    }
    evidence.note(
        "swaps",
        Instant.now(),
        "swapped",
        Map.of("step", swap.step(), "variant", swap.variant(), "acceptedRisk", reason));
  }

  private void refuseWhereARolloutHolds(String stage, ControlRequest.Swap swap) {
    var state = joined(rollouts.report(stage)).state();
    var place = "swap of step '%s' to '%s'".formatted(swap.step(), swap.variant());
    if (state.isActive()) {
      throw new ControlException(
          "%s: %s (expected: no rollout under way; 'weft rollout abort %s' ends it)"
              .formatted(place, StateObject.sentence(state), stage));
    }
    if (state.traffic().bringsBack(swap.variant())) {
      throw new ControlException(
          "%s: %s, which would come back (expected: 'weft rollout undo %s', or a rollout to '%s')"
              .formatted(place, StateObject.sentence(state), stage, swap.variant()));
    }
  }

  /** One that had been rolled back before is told so, with its own reason. */
  private Map<String, Object> takenBack(
      String stage, String why, BiFunction<String, String, CompletableFuture<RolloutState>> asked) {
    var before = joined(rollouts.report(stage)).state();
    var after = joined(asked.apply(stage, why));
    var sentence =
        after.past().equals(before.past())
            ? StateObject.alreadyRolledBack(after)
            : StateObject.sentence(after);
    return Map.of("done", sentence, "phase", after.phase().name());
  }

  private static Map<String, Object> done(CompletableFuture<RolloutState> asked) {
    var state = joined(asked);
    return Map.of("done", StateObject.sentence(state), "phase", state.phase().name());
  }

  private static <T> T joined(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private String stage(ControlRequest.Rollout request) {
    return inUse(request.stage().orElseThrow(() -> missing("a stage")));
  }

  private String inUse(String stage) {
    if (!rollouts.stagesInUse().contains(stage)) {
      throw new ControlException(
          "stage '%s': no step runs it (expected: one of %s)"
              .formatted(stage, String.join(", ", rollouts.stagesInUse())));
    }
    return stage;
  }

  private static ControlException missing(String what) {
    return new ControlException("rollout: nothing given (expected: %s)".formatted(what));
  }
}
