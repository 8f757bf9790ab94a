package dev.weft.bench.cluster;

import dev.weft.fabric.pipeline.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Frames of sessions by the clock, whatever becomes of those before them: one session after the
 * other, at an even pace. Latency counts from when a frame was due.
 */
public final class SteadyFrames implements AutoCloseable {

  private static final long LAST_WAIT_NANOS = Duration.ofSeconds(30).toNanos();

  /**
   * What became of one frame; times on the clock of {@link System#nanoTime}.
   *
   * @param problem empty if it was answered
   */
  public record Ended(int session, long dueNanos, long endNanos, String problem) {

    long waitedNanos() {
      return endNanos - dueNanos;
    }
  }

  private final FrameSource frames;
  private final List<String> sessions;
  private final long paceNanos;
  private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();
  private final AtomicLong underWay = new AtomicLong();
  private final Thread generator;
  private volatile boolean isOver;

  private SteadyFrames(FrameSource frames, List<String> sessions, Duration pace) {
    this.frames = frames;
    this.sessions = List.copyOf(sessions);
    this.paceNanos = pace.toNanos();
    this.generator = Thread.ofPlatform().name("steady-frames").daemon().unstarted(this::generate);
  }

  /**
   * Begins.
   *
   * @param pace from one frame to the next, of all sessions together
   */
  public static SteadyFrames start(FrameSource frames, List<String> sessions, Duration pace) {
    var steady = new SteadyFrames(frames, sessions, pace);
    steady.generator.start();
    return steady;
  }

  private void generate() {
    var due = System.nanoTime();
    for (var frame = 0L; !isOver; frame++) {
      for (var left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      send((int) (frame % sessions.size()), due);
      due += paceNanos;
    }
  }

  private void send(int session, long due) {
    underWay.incrementAndGet();
    frames
        .send(sessions.get(session))
        .whenComplete(
            (answer, problem) -> {
              ended.add(new Ended(session, due, System.nanoTime(), problem(answer, problem)));
              if (answer != null) {
                answer.close();
              }
              underWay.decrementAndGet();
            });
  }

  private static String problem(@Nullable Answer answer, @Nullable Throwable problem) {
    return switch (answer) {
      case Answer.Completed _ -> "";
      case Answer.Dropped dropped -> "dropped: " + dropped.reason();
      case Answer.Failed(var code, var message, _) -> code + ": " + message;
      case null -> String.valueOf(problem);
    };
  }

  /**
   * Ends, and waits for the frames under way.
   *
   * @throws IllegalStateException if one has no answer after 30 s
   */
  public Report stop() throws InterruptedException {
    close();
    var until = System.nanoTime() + LAST_WAIT_NANOS;
    while (underWay.get() > 0) {
      if (System.nanoTime() - until > 0) {
        throw new IllegalStateException("%d frames without an answer".formatted(underWay.get()));
      }
      Thread.sleep(1);
    }
    return new Report(List.copyOf(ended));
  }

  /** Sends no more. */
  @Override
  public void close() {
    isOver = true;
    try {
      generator.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What became of frames. */
  public record Report(List<Ended> frames) {

    public Report {
      frames = List.copyOf(frames);
    }

    /** Those that were due at this time or later. */
    public Report from(long nanos) {
      return new Report(frames.stream().filter(each -> each.dueNanos() - nanos >= 0).toList());
    }

    /** Those that were due before this time. */
    public Report before(long nanos) {
      return new Report(frames.stream().filter(each -> each.dueNanos() - nanos < 0).toList());
    }

    public List<String> problems() {
      return frames.stream().map(Ended::problem).filter(problem -> !problem.isEmpty()).toList();
    }

    /** Frames that were answered, but later than this after they were due. */
    public long delayed(Duration bound) {
      return frames.stream()
          .filter(each -> each.problem().isEmpty() && each.waitedNanos() > bound.toNanos())
          .count();
    }

    /** The longest time an answer took, in nanoseconds. */
    public long slowestNanos() {
      return frames.stream()
          .filter(each -> each.problem().isEmpty())
          .mapToLong(Ended::waitedNanos)
          .max()
          .orElse(0);
    }

    /**
     * The longest time that any one session was without an answer, in nanoseconds, the even time
     * between two of its frames included.
     */
    public long longestGapNanos() {
      Map<Integer, List<Long>> answers = new HashMap<>();
      for (var each : frames) {
        if (each.problem().isEmpty()) {
          answers.computeIfAbsent(each.session(), _ -> new ArrayList<>()).add(each.endNanos());
        }
      }
      var longest = 0L;
      for (var times : answers.values()) {
        times.sort(Long::compare);
        for (var i = 1; i < times.size(); i++) {
          longest = Math.max(longest, times.get(i) - times.get(i - 1));
        }
      }
      return longest;
    }
  }
}
