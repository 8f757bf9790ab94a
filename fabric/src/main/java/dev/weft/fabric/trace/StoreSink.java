package dev.weft.fabric.trace;

import dev.weft.fabric.trace.TraceRecord.Content;
import dev.weft.fabric.trace.TraceRecord.Deployment;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.TraceEntry;
import dev.weft.persistence.trace.TraceKey;
import dev.weft.persistence.trace.TraceStore;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps records in a {@link TraceStore}: each frame in its session's stream, with the content it
 * refers to attached. What the store drops it counts itself, in loss records of its own.
 */
public final class StoreSink implements TraceSink {

  /** Session of frames that have none, and of what belongs to no frame. */
  static final String NO_SESSION = "-";

  /** Class of records whose pipeline names none. */
  private static final String DEFAULT_CLASS = "default";

  /** Frames of one class after which deployments and fingerprints are told again. */
  private static final int TELL_AGAIN_AFTER = 1_000;

  private static final int ASIDES_MAX = 256;

  private final TraceStore store;
  private final InstantSource clock;
  private final Map<String, Told> told = new HashMap<>();
  private final Map<String, byte[]> contents = new LinkedHashMap<>();
  private final Map<String, Long> dropped = new ConcurrentHashMap<>();
  private final Set<Untold> untold = Collections.synchronizedSet(new LinkedHashSet<>());
  private volatile SessionRecorder.@Nullable Follower follower;
  private volatile CompletionStage<?> last = CompletableFuture.completedFuture(null);

  /** What frames refer to and the store has dropped. */
  private record Untold(TraceRecord aside, String retention) {}

  /** What frames of one class refer to; retention deletes it with the oldest segments. */
  private static final class Told {
    final SequencedSet<TraceRecord> asides = new LinkedHashSet<>();
    int frames;
  }

  /**
   * @param store closed with this
   */
  public StoreSink(TraceStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Content goes with the very frame that has it; the store keeps equal ones once. */
  @Override
  public boolean keepsContents() {
    return false;
  }

  @Override
  public void append(TraceRecord record, String retention) {
    var name = retention.isEmpty() ? DEFAULT_CLASS : retention;
    switch (record) {
      case Content(var digest, var bytes) -> contents.put(digest, bytes);
      case FrameRecord frame -> append(frame, name);
      case Fingerprint print -> remember(print, name);
      case Deployment deployment -> remember(deployment, name);
      case TraceRecord.Loss loss -> {
        var _ = tell(loss, name);
      }
      case TraceRecord.Checkpoint checkpoint -> mark(checkpoint, name);
    }
  }

  @Override
  public void follow(SessionRecorder.Follower told) {
    follower = told;
  }

  /** The store answers what it keeps in the order in which it was given; a drop may be quicker. */
  @Override
  public CompletableFuture<Void> settled() {
    return last.toCompletableFuture().thenApply(_ -> null);
  }

  private void mark(TraceRecord.Checkpoint checkpoint, String retention) {
    var session = checkpoint.session();
    var key = key(session, "", "", retention, clock.instant());
    var _ =
        append(
            new TraceEntry(key, TraceCodec.encode(checkpoint), List.of()),
            (told, outcome) -> {
              if (checkpoint.begins()) {
                told.marked(session, outcome instanceof Outcome.Kept);
              }
            });
  }

  private void append(FrameRecord frame, String retention) {
    var again = List.copyOf(untold);
    // At most once each: what is dropped at once waits for the next frame.
    for (var next : again) {
      untold.remove(next);
      remember(next.aside(), next.retention());
    }
    var before = told.computeIfAbsent(retention, _ -> new Told());
    before.frames++;
    if (before.frames % TELL_AGAIN_AFTER == 0 && again.isEmpty()) {
      before.asides.forEach(aside -> tellSurely(aside, retention));
    }
    var attached = new ArrayList<byte[]>();
    for (var digest : StoreSource.contents(frame)) {
      var bytes = contents.get(digest);
      if (bytes == null) {
        throw new TraceException(
            "content %s is not there (expected: before the frame that has it)".formatted(digest));
      }
      attached.add(bytes);
    }
    contents.clear();
    var session = frame.session().isEmpty() ? NO_SESSION : frame.session();
    var key = key(session, frame.pipeline(), label(frame), retention, frame.admittedAt());
    var encoded = TraceCodec.encode(key.isDeferred() ? frame.deferred() : frame);
    var _ =
        append(
                new TraceEntry(key, encoded, attached),
                (told, outcome) -> {
                  if (outcome instanceof Outcome.Kept && !frame.session().isEmpty()) {
                    told.kept(session, encoded);
                  }
                })
            .thenAccept(
                outcome -> {
                  if (outcome instanceof Outcome.Dropped(var reason)) {
                    dropped.merge(reason.name(), 1L, Long::sum);
                  }
                });
  }

  @Override
  public Map<String, Long> droppedFrames() {
    return Map.copyOf(dropped);
  }

  private void remember(TraceRecord aside, String retention) {
    var asides = told.computeIfAbsent(retention, _ -> new Told()).asides;
    asides.add(aside);
    if (asides.size() > ASIDES_MAX) {
      asides.remove(asides.iterator().next());
    }
    tellSurely(aside, retention);
  }

  /** What the store drops is told again before the next frame. */
  private void tellSurely(TraceRecord aside, String retention) {
    var _ =
        tell(aside, retention)
            .thenAccept(
                outcome -> {
                  if (outcome instanceof Outcome.Dropped) {
                    untold.add(new Untold(aside, retention));
                  }
                });
  }

  private CompletionStage<Outcome> tell(TraceRecord record, String retention) {
    Instant now = clock.instant();
    return append(
        new TraceEntry(
            key(NO_SESSION, "", "", retention, now), TraceCodec.encode(record), List.of()),
        (_, _) -> {});
  }

  private TraceKey key(
      String session, String pipeline, String variant, String retention, Instant time) {
    var key = new TraceKey(session, pipeline, variant, retention, time);
    return key.deferred(store.isDeferring(key));
  }

  /**
   * Not waited for: the store counts what it drops.
   *
   * @param answered what the follower is told then
   */
  private CompletionStage<Outcome> append(
      TraceEntry entry, BiConsumer<SessionRecorder.Follower, Outcome> answered) {
    try {
      var answer =
          store
              .append(entry)
              .thenApply(
                  outcome -> {
                    var told = follower;
                    if (told != null) {
                      answered.accept(told, outcome);
                    }
                    return outcome;
                  });
      if (!answer.toCompletableFuture().isDone()) {
        last = answer;
      }
      return answer;
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new TraceException(
          "%s (expected: a record the store takes)".formatted(e.getMessage()), e);
    }
  }

  /** The variants that ran, for queries, as {@code stage@variant} in order. */
  private static String label(FrameRecord frame) {
    var ran = new TreeSet<String>();
    for (var step : frame.steps()) {
      if (!step.stage().isEmpty()) {
        ran.add(step.stage() + "@" + step.variant());
      }
    }
    return String.join(" ", ran);
  }

  /** Nothing to do: the store commits what it took within its window. */
  @Override
  public void flush() {}

  @Override
  public void close() {
    try {
      store.close();
    } catch (IOException e) {
      throw new TraceException(
          "trace store: %s (expected: to close)".formatted(DiskException.words(e)), e);
    }
  }
}
