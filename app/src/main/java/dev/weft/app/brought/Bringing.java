package dev.weft.app.brought;

import dev.weft.app.failure.WorkFailed;
import dev.weft.cluster.artifact.ArtifactLink;
import dev.weft.cluster.artifact.DeclaredVariant;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.Artifact;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Brings variants to a {@link BroughtFolder} in the background, of each stage one at a time and of
 * all no more than a bound. Threadsafe; nothing waits but {@link #close}.
 */
public final class Bringing implements AutoCloseable {

  /** Most time that attempts may take to end. */
  private static final Duration ENDING = Duration.ofSeconds(5);

  /** From the begin of an attempt that failed to the next one; doubled while none brings more. */
  private static final Duration PAUSE_MIN = Duration.ofSeconds(2);

  private static final int DOUBLINGS_MAX = 8;

  private static final int PARTS = 10;

  private final BroughtFolder folder;
  private final int bringsMax;
  private final Duration pauseMin;

  /** The latest attempt of each stage, under way or failed. */
  private final Map<String, Task> tasks = new HashMap<>();

  /** Threads of attempts that were stopped, by stage. */
  private final Map<String, Thread> stopped = new HashMap<>();

  private Optional<ArtifactLink> link = Optional.empty();

  /**
   * An attempt.
   *
   * @param before why the one before it failed
   * @param arrivedBefore bytes that had come then
   * @param fruitless attempts in a row before it that brought nothing more
   * @param begunNanos monotonic time
   * @param failure why it failed, once it has
   */
  private record Task(
      DeclaredVariant declared,
      Thread thread,
      Optional<String> before,
      long arrivedBefore,
      int fruitless,
      long begunNanos,
      List<String> failure) {

    boolean isUnderWay() {
      return thread.isAlive();
    }
  }

  /**
   * @param bringsMax most that are brought at once
   */
  public Bringing(BroughtFolder folder, int bringsMax) {
    this(folder, bringsMax, PAUSE_MIN);
  }

  Bringing(BroughtFolder folder, int bringsMax, Duration pauseMin) {
    this.folder = folder;
    this.bringsMax = bringsMax;
    this.pauseMin = pauseMin;
  }

  /** Has variants come over this from now on. */
  public synchronized void over(ArtifactLink next) {
    link = Optional.of(next);
  }

  /**
   * Has a variant brought, in place of any other of its stage. To be asked again and again until it
   * is in the folder; what failed is then tried once more.
   *
   * @param region whose nodes are asked first
   * @return how much of it is there, or why the last attempt failed until more comes than that had;
   *     for people
   * @throws WorkFailed if there is nothing to bring it over
   */
  public synchronized String bring(DeclaredVariant declared, SiteName region) {
    var way =
        link.orElseThrow(
            () ->
                new WorkFailed(
                    "variant '%s': no data link (expected: one, to bring it)"
                        .formatted(declared.name())));
    var task = tasks.get(declared.stage());
    if (task != null && !task.declared().equals(declared)) {
      stop(declared.stage());
      task = null;
    }
    if (task != null && !task.isUnderWay() && isTooSoon(task)) {
      return failure(task).orElseThrow();
    }
    if (task == null || !task.isUnderWay()) {
      if (underWay().size() >= bringsMax) {
        return progress(declared) + ", after others that are brought now";
      }
      task = begun(declared, region, way, Optional.ofNullable(task));
      tasks.put(declared.stage(), task);
    }
    if (task.before().isPresent() && folder.arrived(declared) <= task.arrivedBefore()) {
      return task.before().get();
    }
    return progress(declared);
  }

  private Task begun(
      DeclaredVariant declared, SiteName region, ArtifactLink way, Optional<Task> last) {
    var failure = new ArrayList<String>();
    var previous = Optional.ofNullable(stopped.remove(declared.stage()));
    var before = last.flatMap(Bringing::failure);
    var arrived = folder.arrived(declared);
    var fruitless =
        last.filter(task -> before.isPresent() && arrived <= task.arrivedBefore())
            .map(task -> task.fruitless() + 1)
            .orElse(0);
    var thread =
        Thread.ofVirtual()
            .name("weft-bringing-" + declared.stage())
            .start(() -> attempt(declared, region, way, previous, failure));
    return new Task(declared, thread, before, arrived, fruitless, System.nanoTime(), failure);
  }

  /** A file that comes whole and wrong each time would else come again and again. */
  private boolean isTooSoon(Task task) {
    var pause = pauseMin.multipliedBy(1L << Math.min(task.fruitless(), DOUBLINGS_MAX));
    return failure(task).isPresent() && System.nanoTime() - task.begunNanos() < pause.toNanos();
  }

  private static Optional<String> failure(Task task) {
    synchronized (task.failure()) {
      return task.failure().stream().findFirst();
    }
  }

  private void attempt(
      DeclaredVariant declared,
      SiteName region,
      ArtifactLink way,
      Optional<Thread> previous,
      List<String> failure) {
    try {
      if (previous.isPresent()) {
        previous.get().join(); // It has the file until it has ended.
      }
      if (!folder.isReady(declared, this::underWay)) {
        way.bring(declared, region, folder.file(declared));
      }
      folder.keep(declared);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Nobody wants it any more.
    } catch (IOException | RuntimeException e) {
      synchronized (failure) {
        failure.add("variant '%s': %s".formatted(declared.name(), e.getMessage()));
      }
    }
  }

  /** In tenths, as it is told and stored each time it is another one. */
  private String progress(DeclaredVariant declared) {
    var total = declared.artifact().map(Artifact::sizeBytes).orElse(0L);
    var tenths = total == 0 ? 0 : folder.arrived(declared) * PARTS / total;
    return "%d of %d bytes of '%s'"
        .formatted(
            total * Math.min(tenths, PARTS) / PARTS,
            total,
            declared.artifact().map(Artifact::file).orElse(declared.name()));
  }

  /** Ends the attempt of a stage, if there is one; what has come of its file stays. */
  public synchronized void stop(String stage) {
    var task = tasks.remove(stage);
    if (task != null && task.isUnderWay()) {
      task.thread().interrupt();
      stopped.put(stage, task.thread());
    }
  }

  /** What is being brought now. */
  public synchronized Set<DeclaredVariant> underWay() {
    return tasks.values().stream()
        .filter(Task::isUnderWay)
        .map(Task::declared)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Ends all attempts. */
  @Override
  public void close() {
    List<Thread> ending;
    synchronized (this) {
      link = Optional.empty();
      List.copyOf(tasks.keySet()).forEach(this::stop);
      ending = List.copyOf(stopped.values());
    }
    try {
      for (var thread : ending) {
        thread.join(ENDING);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
