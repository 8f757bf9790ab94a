package dev.weft.app.rollout;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
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
import dev.weft.fabric.trace.Fingerprints;
import dev.weft.stages.spi.StageKinds;
import dev.weft.supervisor.evidence.EvidenceFiles;
import dev.weft.supervisor.evidence.Subject;
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
import java.util.concurrent.ConcurrentHashMap;

/**
 * The rollouts of this process, in a folder: the journal they are kept in and the evidence they
 * leave. Threadsafe.
 */
public final class RunningRollouts implements RolloutDesk {

  private final Weft weft;
  private final Rollouts rollouts;
  private final EvidenceFiles evidence;
  private final Fetcher fetcher;

  /** Stages with their candidates, by name. */
  private final Map<String, StageManifest> declared = new ConcurrentHashMap<>();

  private RunningRollouts(Weft weft, Path folder, Fetcher fetcher) {
    this.weft = weft;
    var subject =
        new Subject(Fingerprints.here(), stage -> Optional.ofNullable(declared.get(stage)));
    this.evidence = new EvidenceFiles(evidenceFolder(folder).toAbsolutePath(), subject);
    this.fetcher = fetcher;
    this.rollouts = Rollouts.on(weft, evidence);
  }

  /** Settings of a node that keeps rollouts in {@code folder}. */
  public static Config settings(Path folder, Config others) {
    return ConfigFactory.parseMap(
            Map.of(
                "weft.fabric.journal.enabled",
                "on",
                "weft.persistence.journal.folder",
                folder.resolve("journal").toString()))
        .withFallback(others);
  }

  /**
   * Has rollouts on {@code weft}, which was started with {@link #settings}.
   *
   * @param fetcher brings the files of candidates
   */
  public static RunningRollouts on(Weft weft, Path folder, Fetcher fetcher) {
    return new RunningRollouts(weft, folder, fetcher);
  }

  /** Where evidence is. */
  public static Path evidenceFolder(Path folder) {
    return folder.resolve("evidence");
  }

  public Rollouts rollouts() {
    return rollouts;
  }

  @Override
  public Map<String, Object> answer(ControlRequest.Rollout request) {
    var text = request.text();
    return switch (request.verb()) {
      case START -> start(Path.of(text.orElseThrow(() -> missing("a manifest"))));
      case STATUS -> status(request.stage());
      case PAUSE -> done(rollouts.pause(stage(request), text.orElse("asked for")));
      case RESUME -> done(rollouts.resume(stage(request)));
      case ABORT -> done(rollouts.abort(stage(request), text.orElse("asked for")));
      case UNDO -> done(rollouts.undo(stage(request), text.orElse("asked for")));
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
    var stage = stage(found.stages(), rollout);
    Selection.bringPinned(stage, Set.of(rollout.candidate()), fetcher);
    declared.put(stage.name(), stage);
    return done(rollouts.start(rollout, stage));
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
        var object = StateObject.of(stage, report, evidence);
        waitsBecause(report.state()).ifPresent(why -> object.put("waits", why));
        reports.add(object);
      }
    }
    return Map.of("rollouts", reports);
  }

  /** Why nothing is compared now though a rollout is under way; empty if nothing is in the way. */
  private Optional<String> waitsBecause(RolloutState state) {
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
