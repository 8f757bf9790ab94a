package dev.weft.app.serving;

import dev.weft.app.fetch.Fetcher;
import dev.weft.app.running.Selection;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.embedded.WeftException;
import dev.weft.gateway.model.Serving;
import dev.weft.gateway.reload.ReloadSettings;
import dev.weft.gateway.reload.Reloads;
import dev.weft.gateway.round.Rounds;
import dev.weft.gateway.round.SettledFiles;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What is served from some paths, loaded again when their files change, in a thread of its own.
 *
 * <p>A change is read, checked and loaded beside what runs, as a whole; then all that changed is
 * exchanged at one instant. What cannot be loaded so is refused, and all stays as it is. What was
 * replaced ends when the requests that found it have left, and no other change is looked for
 * before.
 */
public final class Reloading implements AutoCloseable {

  private static final Logger LOG = System.getLogger(Reloading.class.getName());

  private final Weft weft;
  private final ServedFiles files;
  private final boolean isTraced;
  private final Fetcher fetcher;
  private Map<String, Selection> running = Map.of();
  private SettledFiles settled = new SettledFiles(Map.of());
  private Set<Path> pinned = Set.of();
  private Optional<SetChange> held = Optional.empty();
  private final List<Pipeline> leaving = new ArrayList<>();
  private Optional<Rounds> rounds = Optional.empty();

  /** The rollouts there are. */
  public interface Rollouts extends Function<Set<String>, Optional<String>> {

    /** Says that one is under way of any of these stages; empty if none is. */
    @Override
    Optional<String> apply(Set<String> stages);
  }

  /** What it reloads in the midst of. */
  private record Around(ReloadSettings settings, Serving serving, Rollouts rollouts) {}

  private Reloading(Weft weft, List<Path> paths, boolean isTraced, Fetcher fetcher) {
    this.weft = weft;
    this.files = new ServedFiles(paths);
    this.isTraced = isTraced;
    this.fetcher = fetcher;
  }

  /**
   * Deploys what is at some paths.
   *
   * @param paths folders of manifests, folders of models, manifests and models
   * @param isTraced whether frames are recorded of pipelines whose manifests do not say how much
   * @throws dev.weft.app.failure.WorkFailed if a path has nothing to serve, or a name is none of
   *     the protocol's or there twice
   * @throws dev.weft.fabric.manifest.ManifestException with everything that is wrong
   * @throws WeftException if something cannot be loaded
   */
  public static Reloading deploy(Weft weft, List<Path> paths, boolean isTraced, Fetcher fetcher) {
    var reloading = new Reloading(weft, paths, isTraced, fetcher);
    reloading.deploy();
    return reloading;
  }

  private void deploy() {
    var before = files.stamps(pinned);
    var read = Served.read(files.paths(), isTraced, fetcher);
    Served.deploy(weft, read);
    took(read, before);
    running = read;
  }

  /**
   * Begins to look at the files, unless that is off.
   *
   * @param serving what is deployed, to whose reloads it tells what becomes of changes
   */
  public void begin(ReloadSettings settings, Serving serving, Rollouts rollouts) {
    if (settings.isOn()) {
      var around = new Around(settings, serving, rollouts);
      rounds = Optional.of(Rounds.begin("weft-reload", settings.every(), () -> round(around)));
    }
  }

  private void round(Around around) {
    leaving.removeIf(pipeline -> pipeline.inFlight() == 0);
    if (!leaving.isEmpty()) {
      return;
    }
    var now = files.stamps(pinned);
    if (settled.isDue(now) || settled.areAsTaken(now) && isFree(around.rollouts)) {
      take(now, around);
    }
  }

  /** Whether there was a change that only had to wait, and does not any more. */
  private boolean isFree(Rollouts rollouts) {
    return held.filter(change -> obstacle(change, rollouts).isEmpty()).isPresent();
  }

  private void take(Map<Path, String> now, Around around) {
    var reloads = around.serving.reloads();
    held = Optional.empty();
    try {
      var read = Served.read(files.paths(), isTraced, fetcher);
      var change = SetChange.between(running, read);
      var obstacle = obstacle(change, around.rollouts);
      if (change.isNothing()) {
        took(read, now);
        reloads.settled();
      } else if (obstacle.isPresent()) {
        took(read, now);
        held = Optional.of(change);
        refuse(reloads, obstacle.get());
      } else {
        exchange(change, read, now)
            .ifPresent(
                before -> {
                  LOG.log(Level.INFO, "reloaded: {0}", change.sentence());
                  reloads.taken(change.sentence());
                  retire(before, around);
                });
      }
    } catch (RuntimeException e) {
      // Whatever it is that the files hold, what runs goes on.
      settled.take(now);
      refuse(reloads, reason(e));
    }
  }

  /** A change that was made meanwhile counts as one more. */
  private void took(Map<String, Selection> read, Map<Path, String> before) {
    pinned = ServedFiles.pinned(read.values());
    var stamps = new HashMap<>(files.stamps(pinned));
    stamps.putAll(before);
    settled.take(stamps);
  }

  /**
   * Loads what is new and has it found in place of what is not wanted any more.
   *
   * @return that; empty if the files changed while they were loaded, so that nothing was done
   */
  private Optional<List<Pipeline>> exchange(
      SetChange change, Map<String, Selection> read, Map<Path, String> now) {
    var loaded = new ArrayList<Pipeline>();
    try {
      for (var each : change.load()) {
        loaded.add(weft.prepare(each.pipeline(), each.stages()));
      }
      if (!files.stamps(pinned).equals(now)) {
        loaded.forEach(Reloading::unload);
        return Optional.empty();
      }
      var before = change.leaving().stream().map(weft::pipeline).toList();
      weft.exchange(before, loaded);
      running = read;
      took(read, now);
      return Optional.of(before);
    } catch (RuntimeException e) {
      loaded.forEach(Reloading::unload);
      throw e;
    }
  }

  /** Ends what nobody finds any more, once those who found it have submitted to it. */
  private void retire(List<Pipeline> before, Around around) {
    try {
      if (!around.serving.outlast(around.settings.patience())) {
        LOG.log(Level.WARNING, "requests still run after {0}", around.settings.patience());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // The node ends, and all that is on it.
      return;
    }
    leaving.addAll(before);
    before.forEach(Reloading::unload);
  }

  private static void unload(Pipeline pipeline) {
    try {
      pipeline.unload();
    } catch (WeftException e) {
      // It ends when its last frame does, however long that takes.
      LOG.log(Level.WARNING, "pipeline ''{0}'': {1}", pipeline.name(), e.getMessage());
    }
  }

  private Optional<String> obstacle(SetChange change, Rollouts rollouts) {
    for (var name : change.leaving()) {
      var pipeline = weft.pipeline(name);
      var stages = new TreeSet<>(pipeline.stages().keySet());
      var next = change.replace().stream().filter(each -> each.name().equals(name)).findFirst();
      var obstacle =
          rollouts
              .apply(stages)
              .or(
                  () ->
                      pipeline
                          .plan()
                          .flatMap(plan -> Steadiness.obstacle(plan, pipeline.stages(), next)));
      if (obstacle.isPresent()) {
        return obstacle;
      }
    }
    return Optional.empty();
  }

  private static void refuse(Reloads reloads, String why) {
    LOG.log(Level.WARNING, "a change of the files is refused: {0}", why);
    reloads.refused(why);
  }

  private static String reason(RuntimeException e) {
    var said = e.getMessage();
    return said == null ? e.toString() : String.join("; ", said.lines().toList());
  }

  /** Looks no more. */
  @Override
  public void close() {
    rounds.ifPresent(Rounds::close);
  }
}
