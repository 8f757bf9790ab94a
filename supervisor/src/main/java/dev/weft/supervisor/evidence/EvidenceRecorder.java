package dev.weft.supervisor.evidence;

import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.segment.Pacer;
import dev.weft.persistence.segment.WriterThread;
import dev.weft.supervisor.rollout.Course;
import dev.weft.supervisor.rollout.Judgement;
import dev.weft.supervisor.rollout.RolloutEvent;
import dev.weft.supervisor.rollout.RolloutListener;
import dev.weft.supervisor.rollout.RolloutState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Keeps evidence of rollouts in a folder: a chained file for each, {@code STAGE-NUMBER.jsonl}, and
 * beside it a page once the rollout is over. It writes on a thread of its own, in the order it was
 * told, so that a slow disk holds up no rollout. Threadsafe.
 *
 * <p>At most {@value #WAITING_MAX} tellings wait for that thread, of which figures take {@value
 * #FIGURES_WAITING_MAX} at most. What finds no place, and what the disk does not take, is missing
 * from the file: the entry of kind {@value Entry#GAP} that stands for it says how many, and the
 * numbers of entries go on behind those missing.
 */
public final class EvidenceRecorder implements RolloutListener, AutoCloseable {

  static final int WAITING_MAX = 1_024;
  static final int FIGURES_WAITING_MAX = 256;

  private static final System.Logger LOG = System.getLogger(EvidenceRecorder.class.getName());
  private static final long AGAIN_AFTER = Duration.ofSeconds(1).toNanos();

  /** Something told, behind a number of entries that are missing. */
  private record Waiting(Told told, long missing) {}

  private final EvidenceFolder folder;
  private final Path path;
  private final Pacer pacer;
  private final Object door = new Object();
  private Queue<Waiting> waiting = new ArrayDeque<>();

  /** What found no place, by name: the last of it, and how much. */
  private Map<String, Waiting> missing = new LinkedHashMap<>();

  private boolean isClosed;
  private volatile Map<String, String> troubles = Map.of();

  EvidenceRecorder(EvidenceFolder folder, Path path, Pacer pacer) {
    this.folder = folder;
    this.path = path;
    this.pacer = pacer;
    pacer.start(_ -> step());
  }

  /**
   * Keeps evidence in {@code folder}, which is made when there is something to keep.
   *
   * @param subject told in the first line of each file
   */
  public static EvidenceRecorder in(Path folder, Subject subject) {
    return in(folder, subject, _ -> {});
  }

  /**
   * As {@link #in(Path, Subject)}, and tells of what happens to the files.
   *
   * @param listener is told on the thread that writes, after it was logged
   */
  public static EvidenceRecorder in(
      Path folder, Subject subject, Consumer<EvidenceEvent> listener) {
    var files =
        new EvidenceFolder(
            () -> FolderDisk.shared(folder), subject, event -> tell(event, listener));
    return new EvidenceRecorder(files, folder, new WriterThread("weft-evidence-writer"));
  }

  private static void tell(EvidenceEvent event, Consumer<EvidenceEvent> listener) {
    var level =
        event instanceof EvidenceEvent.Resumed
            ? System.Logger.Level.INFO
            : System.Logger.Level.WARNING;
    LOG.log(level, "evidence: " + event);
    listener.accept(event);
  }

  @Override
  public void happened(List<RolloutEvent> events, RolloutState after) {
    if (after.course().isPresent() && !events.isEmpty()) {
      tell(new Told.Happened(after.course().get(), List.copyOf(events), after), WAITING_MAX);
    }
  }

  @Override
  public void stands(RolloutState state, Judgement judgement, Instant at) {
    if (state.course().isPresent()) {
      tell(new Told.Stands(state.course().get(), state, judgement, at), FIGURES_WAITING_MAX);
    }
  }

  /**
   * Notes something that belongs to no rollout in {@code NAME.jsonl}, chained and durable as the
   * others.
   */
  public void note(String name, Instant at, String kind, Map<String, Object> body) {
    tell(new Told.Note(name, at, kind, body), WAITING_MAX);
  }

  private void tell(Told told, int most) {
    synchronized (door) {
      if (isClosed) {
        LOG.log(System.Logger.Level.WARNING, "evidence: told after it was closed: " + told.name());
        return;
      }
      var gap = missing.get(told.name());
      var before = gap == null ? 0 : gap.missing();
      if (waiting.size() < most) {
        waiting.add(new Waiting(told, before));
        missing.remove(told.name());
      } else {
        missing.put(told.name(), new Waiting(told, before + told.entries()));
      }
    }
    pacer.wake();
  }

  /** Writes what waits; answers after how many nanoseconds there is something to be tried again. */
  private long step() {
    Queue<Waiting> taken;
    Map<String, Waiting> untold;
    synchronized (door) {
      taken = waiting;
      untold = missing;
      waiting = new ArrayDeque<>();
      missing = new LinkedHashMap<>();
    }
    for (var next : taken) {
      write(next);
    }
    untold.values().forEach(last -> folder.lose(last.told(), last.missing()));
    try {
      return folder.flush() ? Long.MAX_VALUE : AGAIN_AFTER;
    } catch (RuntimeException e) {
      // A listener is foreign code: what it throws must not end the thread.
      LOG.log(System.Logger.Level.ERROR, "evidence: tried again", e);
      return AGAIN_AFTER;
    } finally {
      troubles = folder.troubles();
    }
  }

  private void write(Waiting next) {
    try {
      if (next.missing() > 0) {
        folder.lose(next.told(), next.missing());
      }
      folder.add(next.told());
    } catch (RuntimeException e) {
      // A subject, or who listens, is foreign code; what it throws costs one entry.
      LOG.log(System.Logger.Level.ERROR, "evidence: an entry is missing", e);
      folder.lose(next.told(), next.told().entries());
    }
  }

  /** Where the evidence of a rollout is, and what is the matter with it. */
  public EvidenceStatus status(Course course) {
    var name = EvidenceFiles.name(course);
    return new EvidenceStatus(EvidenceFiles.parts(path, name), troubles.getOrDefault(name, ""));
  }

  /**
   * Writes what was told and has not been written. Rollouts must have ended before, with their
   * node: what they tell later is not kept.
   */
  @Override
  public void close() {
    synchronized (door) {
      if (isClosed) {
        return;
      }
      isClosed = true;
    }
    pacer.stop();
    step();
    folder.close();
  }
}
