package dev.weft.app.serving;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.weft.app.running.Selection;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.embedded.WeftException;
import dev.weft.gateway.model.Serving;
import dev.weft.gateway.reload.ReloadSettings;
import dev.weft.gateway.reload.Reloads;
import dev.weft.gateway.repository.RepositoryDesk;
import dev.weft.gateway.round.Rounds;
import dev.weft.gateway.round.SettledFiles;
import dev.weft.stages.spi.ErrorCode;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * What is served from some paths, loaded again when their files change, in a thread of its own, and
 * when clients ask for it.
 *
 * <p>A change is read, checked and loaded beside what runs, as a whole; then all that changed is
 * exchanged at one instant. What cannot be loaded so is refused, and all stays as it is. What was
 * replaced ends when the requests that found it have left, and no other change is looked for
 * before.
 *
 * <p>One change is made at a time, whoever asks for it. What a client unloads is left out, whatever
 * the files become, until a client loads it.
 */
public final class Reloading implements RepositoryDesk, AutoCloseable {

  private static final Logger LOG = System.getLogger(Reloading.class.getName());

  /** Between two tries of a client's change that has to wait. */
  private static final Duration PAUSE = Duration.ofMillis(10);

  /** Most time for a change under way to end before what it changes does. */
  private static final Duration END_WITHIN = Duration.ofSeconds(5);

  private final Weft weft;
  private final ServedFiles files;
  private final ServedTerms terms;
  private final Retirement retirement = new Retirement();

  /** Held by who changes what is served; it guards what is below, but for what is volatile. */
  private final ReentrantLock changing = new ReentrantLock();

  private Map<String, Selection> running = Map.of();
  private SettledFiles settled = new SettledFiles(Map.of());
  private Set<Path> pinned = Set.of();
  private Optional<SetChange> held = Optional.empty();
  private volatile Unloaded unloaded = Unloaded.none();
  private volatile Optional<Around> around = Optional.empty();
  private Optional<Rounds> rounds = Optional.empty();

  /** The rollouts there are. */
  public interface Rollouts extends Function<Set<String>, Optional<String>> {

    /** Says that one is under way of any of these stages; empty if none is. */
    @Override
    Optional<String> apply(Set<String> stages);
  }

  /** What it reloads in the midst of. */
  private record Around(ReloadSettings settings, Serving serving, Rollouts rollouts) {}

  private Reloading(Weft weft, List<Path> paths, ServedTerms terms) {
    this.weft = weft;
    this.files = new ServedFiles(paths);
    this.terms = terms;
  }

  /**
   * Deploys what is at some paths.
   *
   * @param paths folders of manifests, folders of models, manifests and models
   * @throws dev.weft.app.failure.WorkFailed if a path has nothing to serve, or a name is none of
   *     the protocol's or there twice
   * @throws dev.weft.fabric.manifest.ManifestException with everything that is wrong
   * @throws WeftException if something cannot be loaded
   */
  public static Reloading deploy(Weft weft, List<Path> paths, ServedTerms terms) {
    var reloading = new Reloading(weft, paths, terms);
    reloading.deploy();
    return reloading;
  }

  private void deploy() {
    var before = files.stamps(pinned);
    var read = terms.read(files.paths());
    terms.deploy(weft, read);
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
      var begun = new Around(settings, serving, rollouts);
      around = Optional.of(begun);
      rounds = Optional.of(Rounds.begin("weft-reload", settings.every(), () -> round(begun)));
    }
  }

  private void round(Around around) {
    try {
      retirement.advance(around.serving, around.settings.patience());
      // Whoever changes something for a client looks at the files as well.
      if (retirement.isOver() && changing.tryLock()) {
        try {
          if (retirement.isOver()) { // A client's change may have been over just before.
            lookIfDue(around);
          }
        } finally {
          changing.unlock();
        }
        retirement.advance(around.serving, around.settings.patience());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // The node ends, and all that is on it.
    }
  }

  private void lookIfDue(Around around) {
    var now = files.stamps(pinned);
    if (settled.isDue(now) || settled.areAsTaken(now) && isFree(around.rollouts)) {
      var _ = look(now, around, Optional.empty());
    }
  }

  /** Whether there was a change that only had to wait, and does not any more. */
  private boolean isFree(Rollouts rollouts) {
    return held.filter(change -> obstacle(change, rollouts).isEmpty()).isPresent();
  }

  /**
   * Files that changed are taken once they are the same at two looks.
   *
   * @throws WeftException with {@link ErrorCode#UNAVAILABLE}, too, if what was replaced, or who
   *     else changes something, takes longer than a request may, or the files keep changing
   */
  @Override
  public String load(String model) {
    var around = begun();
    var patience = around.settings.patience();
    var until = System.nanoTime() + patience.toNanos();
    var asked = new Asked(model, around.settings);
    var looks = new SettledFiles(Map.of());
    try {
      while (true) {
        var isChanging = false;
        // As for a change of files: there are at most two of a pipeline in memory.
        retirement.advance(around.serving, patience);
        if (retirement.isOver() && changing.tryLock(until - System.nanoTime(), NANOSECONDS)) {
          try {
            if (retirement.isOver()) { // Who had the lock may have replaced something.
              var done = loadedIfSettled(asked, looks);
              if (done.isPresent()) {
                return done.get();
              }
              isChanging = true;
            }
          } finally {
            changing.unlock();
          }
        }
        var pause = isChanging ? asked.betweenLooks() : PAUSE;
        if (System.nanoTime() + pause.toNanos() >= until) {
          throw isChanging ? asked.unsettled() : asked.busy();
        }
        Thread.sleep(pause);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Asked.notServing();
    }
  }

  /**
   * What changed; empty if the files are to be looked at again.
   *
   * @param looks of who asks, at files that were not taken yet
   */
  private Optional<String> loadedIfSettled(Asked asked, SettledFiles looks) {
    var around = begun();
    var now = files.stamps(pinned);
    return settled.areAsTaken(now) || looks.isDue(now)
        ? loaded(asked, now, around)
        : Optional.empty();
  }

  /** What changed; empty if that is to be tried again. */
  private Optional<String> loaded(Asked asked, Map<Path, String> now, Around around) {
    return switch (look(now, around, Optional.of(asked.model()))) {
      case Look.Taken(var sentence) -> Optional.of(sentence);
      case Look.AsBefore() -> Optional.of("");
      case Look.Changing() -> Optional.empty();
      case Look.Unknown(var there) -> throw asked.unknown(there);
      case Look.Refused(var why) -> throw asked.refused("loaded", why);
    };
  }

  @Override
  public String unload(String model) {
    var around = begun();
    try {
      if (!changing.tryLock(around.settings.patience().toNanos(), NANOSECONDS)) {
        throw new Asked(model, around.settings).busy();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Asked.notServing();
    }
    try {
      return running.containsKey(model) ? takenOut(model, begun()) : "";
    } finally {
      changing.unlock();
    }
  }

  private String takenOut(String model, Around around) {
    var change = new SetChange(List.of(), List.of(), List.of(model));
    obstacle(change, around.rollouts)
        .ifPresent(
            why -> {
              throw new Asked(model, around.settings).refused("unloaded", why);
            });
    var pipeline = weft.pipeline(model);
    var before = unloaded;
    unloaded = before.with(model); // First, so that it is nowhere missing in the index.
    try {
      weft.exchange(List.of(pipeline), List.of());
    } catch (RuntimeException e) {
      unloaded = before;
      throw e;
    }
    running = unloaded.outOf(running);
    retirement.add(List.of(pipeline));
    return change.sentence();
  }

  @Override
  public List<String> unloaded() {
    return unloaded.names();
  }

  private Around begun() {
    return around.orElseThrow(Asked::notServing);
  }

  /**
   * Reads the files and takes what changed in them.
   *
   * @param now stamps of them
   * @param asked a model that a client wants even if it was unloaded; what is refused then is told
   *     to him alone, and the files are looked at as if he had not asked
   */
  private Look look(Map<Path, String> now, Around around, Optional<String> asked) {
    var reloads = around.serving.reloads();
    try {
      var read = terms.read(files.paths());
      if (asked.isPresent() && !read.containsKey(asked.get())) {
        return new Look.Unknown(List.copyOf(read.keySet()));
      }
      var out = asked.map(unloaded::without).orElse(unloaded).seen(read.keySet());
      var change = SetChange.between(running, out.outOf(read));
      var obstacle = obstacle(change, around.rollouts);
      if (change.isNothing()) {
        held = Optional.empty();
        took(read, now);
        unloaded = out;
        reloads.settled();
        return new Look.AsBefore();
      }
      if (obstacle.isPresent() && asked.isPresent()) {
        return new Look.Refused(obstacle.get());
      }
      if (obstacle.isPresent()) {
        took(read, now);
        held = Optional.of(change);
        return refuse(reloads, obstacle.get());
      }
      if (!exchange(change, out, read, now)) {
        return new Look.Changing();
      }
      held = Optional.empty();
      LOG.log(Level.INFO, "reloaded: {0}", change.sentence());
      reloads.taken(change.sentence());
      return new Look.Taken(change.sentence());
    } catch (RuntimeException e) {
      // Whatever it is that the files hold, what runs goes on.
      if (asked.isPresent()) {
        return new Look.Refused(reason(e));
      }
      held = Optional.empty();
      settled.take(now);
      return refuse(reloads, reason(e));
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
   * @param out what is unloaded then
   * @return whether that was done; not if the files changed while they were loaded
   */
  private boolean exchange(
      SetChange change, Unloaded out, Map<String, Selection> read, Map<Path, String> now) {
    var loaded = new ArrayList<Pipeline>();
    try {
      for (var each : change.load()) {
        loaded.add(terms.prepare(weft, each));
      }
      if (!files.stamps(pinned).equals(now)) {
        loaded.forEach(Retirement::unload);
        return false;
      }
      var before = change.leaving().stream().map(weft::pipeline).toList();
      weft.exchange(before, loaded);
      running = out.outOf(read);
      unloaded = out;
      retirement.add(before);
      took(read, now);
      return true;
    } catch (RuntimeException e) {
      loaded.forEach(Retirement::unload);
      throw e;
    }
  }

  private Optional<String> obstacle(SetChange change, Rollouts rollouts) {
    // One may not run any more: a change was held, and the model was unloaded since.
    var leaving = change.leaving().stream().filter(running::containsKey).map(weft::pipeline);
    return leaving
        .flatMap(pipeline -> Steadiness.obstacle(pipeline, change, rollouts).stream())
        .findFirst();
  }

  private static Look refuse(Reloads reloads, String why) {
    LOG.log(Level.WARNING, "a change of the files is refused: {0}", why);
    reloads.refused(why);
    return new Look.Refused(why);
  }

  private static String reason(RuntimeException e) {
    var said = e.getMessage();
    return said == null ? e.toString() : String.join("; ", said.lines().toList());
  }

  /** Looks no more, lets clients change nothing, and waits a while for a change under way. */
  @Override
  public void close() {
    around = Optional.empty();
    rounds.ifPresent(Rounds::close);
    try {
      if (changing.tryLock(END_WITHIN.toNanos(), NANOSECONDS)) {
        changing.unlock();
      } else {
        LOG.log(Level.WARNING, "a change is still under way after {0}", END_WITHIN);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
