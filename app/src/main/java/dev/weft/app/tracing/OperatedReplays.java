package dev.weft.app.tracing;

import dev.weft.app.failure.WorkFailed;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.embedded.WeftException;
import dev.weft.fabric.manifest.Capture;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.trace.ReadableRecorder;
import dev.weft.fabric.trace.TraceException;
import dev.weft.gateway.observatory.RememberedFrame;
import dev.weft.gateway.observatory.ReplayDesk;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.TensorMemoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Replays recorded frames of a server beside what it serves: one at a time, on a thread and with
 * memory of its own, on variants that are loaded for it and let go after it. A run begins only
 * while an inference loop is idle and load has no background frames wait. Threadsafe.
 */
public final class OperatedReplays implements ReplayDesk, AutoCloseable {

  private static final Duration TIME_MAX = Duration.ofSeconds(20);

  /** For the run that is under way when the time is over. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Weft weft;
  private final ReadableRecorder recorder;
  private final Path folder;
  private final Semaphore turn = new Semaphore(1);
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            var made = new Thread(work, "weft-replay");
            made.setDaemon(true);
            return made;
          });
  private volatile @Nullable ReplayTime running;
  private volatile boolean closed;
  private final AtomicBoolean isAwaited = new AtomicBoolean();

  /**
   * @param recorder of {@code weft}
   * @param folder that it records to
   */
  public OperatedReplays(Weft weft, ReadableRecorder recorder, Path folder) {
    this.weft = weft;
    this.recorder = recorder;
    this.folder = folder.toAbsolutePath();
  }

  @Override
  public Map<String, Object> offer(RememberedFrame frame) {
    var why = obstacle(frame);
    var object = new LinkedHashMap<String, Object>();
    object.put("offered", why.isEmpty());
    why.ifPresent(said -> object.put("why", said));
    return object;
  }

  @Override
  public String command(RememberedFrame frame) {
    return "./weft replay '%s' --pipeline %s --from %s --to %s"
        .formatted(
            folder,
            frame.pipeline(),
            second(frame.admittedAt().minus(OneReplay.AROUND)),
            second(frame.answeredAt().plus(OneReplay.AROUND)));
  }

  private static Instant second(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }

  private Optional<String> obstacle(RememberedFrame frame) {
    var pipeline =
        weft.pipelines().stream().filter(each -> each.name().equals(frame.pipeline())).findFirst();
    if (pipeline.isEmpty()) {
      return Optional.of("pipeline '%s' is not served any more".formatted(frame.pipeline()));
    }
    var level = pipeline.get().manifest().capture().map(Capture::level).orElse(Capture.Level.OFF);
    return level == Capture.Level.INPUTS
        ? Optional.empty()
        : Optional.of(
            "pipeline '%s' records %s (expected: trace: {capture: inputs} in its manifest)"
                .formatted(
                    frame.pipeline(),
                    level == Capture.Level.OFF ? "nothing" : "no more than " + level.word()));
  }

  @Override
  public Map<String, Object> replay(RememberedFrame frame, Map<String, String> variants) {
    if (closed) {
      throw ended();
    }
    obstacle(frame)
        .ifPresent(
            why -> {
              throw new WeftException(ErrorCode.FAILED_PRECONDITION, why);
            });
    if (isBackgroundPaused()) {
      throw new WeftException(
          ErrorCode.OVERLOADED,
          "the machine is pressed, and background work waits (expected: try again later)");
    }
    if (!turn.tryAcquire()) {
      throw new WeftException(
          ErrorCode.OVERLOADED, "a replay is under way (expected: one at a time)");
    }
    var time = new ReplayTime(TIME_MAX, System::nanoTime, this::mayBegin);
    running = time;
    if (closed) {
      time.end(); // Who closed this may have looked before.
    }
    var coming = begun(frame, variants, time);
    try {
      return coming.get(TIME_MAX.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw refusal(e.getCause());
    } catch (TimeoutException e) {
      time.end();
      throw new WeftException(
          ErrorCode.DEADLINE_EXCEEDED, "a stage still runs; others wait until it has ended");
    } catch (InterruptedException e) {
      time.end();
      Thread.currentThread().interrupt();
      throw new WeftException(ErrorCode.CANCELLED, "interrupted while it was replayed");
    }
  }

  private Future<Map<String, Object>> begun(
      RememberedFrame frame, Map<String, String> variants, ReplayTime time) {
    try {
      return thread.submit(
          () -> {
            try {
              return new OneReplay(weft.pipeline(frame.pipeline()), recorder, frame, time)
                  .with(variants);
            } finally {
              turn.release();
            }
          });
    } catch (RejectedExecutionException e) {
      turn.release();
      throw ended();
    }
  }

  private static WeftException ended() {
    return new WeftException(
        ErrorCode.UNAVAILABLE,
        "the server ends, and replays no more (expected: one that serves, or 'weft replay')");
  }

  private boolean isBackgroundPaused() {
    return weft.load().pausedLanes().contains(Lane.BACKGROUND);
  }

  private boolean mayBegin() {
    var inside = weft.pipelines().stream().mapToInt(Pipeline::inFlight).sum();
    return mayBegin(inside, weft.loops(), weft.load().pausedLanes());
  }

  /**
   * Whether a run may begin.
   *
   * @param inside frames
   */
  static boolean mayBegin(int inside, int loops, Set<Lane> paused) {
    return inside < loops && !paused.contains(Lane.BACKGROUND);
  }

  /** What is told of a replay that ended so. */
  static WeftException refusal(@Nullable Throwable problem) {
    return switch (problem) {
      case WeftException e -> e;
      case TensorMemoryException e ->
          new WeftException(
              ErrorCode.OUT_OF_MEMORY,
              "%s; a replay has memory of its own (expected: a frame that takes less, or 'weft"
                      .formatted(e.getMessage())
                  + " replay')");
      case OutOfMemoryError e ->
          new WeftException(
              ErrorCode.OUT_OF_MEMORY,
              "memory: %s (expected: enough to run the frame beside what is served)"
                  .formatted(e.getMessage()));
      case StageException e -> new WeftException(e.code(), String.valueOf(e.getMessage()));
      case WorkFailed e ->
          new WeftException(ErrorCode.FAILED_PRECONDITION, String.valueOf(e.getMessage()));
      case TraceException e ->
          new WeftException(ErrorCode.FAILED_PRECONDITION, String.valueOf(e.getMessage()));
      case null, default -> new WeftException(ErrorCode.INTERNAL, String.valueOf(problem));
    };
  }

  /** Lets no other begin, and ends one that is under way where it next looks; does not wait. */
  public void end() {
    closed = true;
    var last = running;
    if (last != null) {
      last.end();
    }
    thread.shutdown();
  }

  /** As {@link #end}, and waits a while for one that is under way, if it has not done so before. */
  @Override
  public void close() {
    end();
    if (isAwaited.getAndSet(true)) {
      return;
    }
    try {
      if (!thread.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        System.getLogger(OperatedReplays.class.getName())
            .log(System.Logger.Level.WARNING, "a replay still runs");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
