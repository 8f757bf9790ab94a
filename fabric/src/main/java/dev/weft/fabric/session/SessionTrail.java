package dev.weft.fabric.session;

import dev.weft.fabric.trace.FrameChain;
import dev.weft.fabric.trace.SessionRecorder;
import dev.weft.fabric.trace.TraceRecord.Checkpoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Joins sessions to their trace: counts the frames of each session that became durable, tells the
 * session so in ranges, and has a mark kept in the trace where the session then stood. A frame is
 * never told before a reader of the trace would find it. Threadsafe.
 *
 * <p>A session is followed from the mark that its opening puts into the trace. Where that mark or
 * the session's journal is lost, its frames are in the trace all the same; the session only does
 * not know.
 */
public final class SessionTrail implements SessionRecorder.Follower {

  private final TrailRules rules;
  private final Consumer<Checkpoint> trace;
  private final Map<String, Line> lines = new LinkedHashMap<>();

  /** One session. What was asked stays asked, unchanged, until the session has answered it. */
  private static final class Line {
    final Sessions sessions;
    final FrameChain chain = new FrameChain();
    boolean hasBegun;
    long told;
    @Nullable Range asked;
    @Nullable CompletableFuture<?> answer;

    Line(Sessions sessions) {
      this.sessions = sessions;
    }
  }

  private record Range(long from, long to, String hash) {}

  /**
   * @param trace keeps a mark, without waiting for it
   */
  public SessionTrail(TrailRules rules, Consumer<Checkpoint> trace) {
    this.rules = rules;
    this.trace = trace;
  }

  /** Begins with a session that was opened just now; does nothing if it is followed already. */
  void follow(Sessions sessions, String session, SessionState opened) {
    synchronized (lines) {
      if (lines.size() >= rules.sessionsMax()
          || lines.putIfAbsent(session, new Line(sessions)) != null) {
        return;
      }
    }
    trace.accept(mark(session, opened, 0, new FrameChain().hash()));
  }

  /** Ends with a session that was closed. */
  void forget(String session) {
    synchronized (lines) {
      lines.remove(session);
    }
  }

  @Override
  public void began(String session) {
    synchronized (lines) {
      var line = lines.get(session);
      if (line != null) {
        line.hasBegun = true;
      }
    }
  }

  @Override
  public void kept(String session, byte[] record) {
    synchronized (lines) {
      var line = lines.get(session);
      if (line != null && line.hasBegun) {
        line.chain.add(record);
        if (line.chain.frames() - line.told >= rules.frames()) {
          tell(session, line);
        }
      }
    }
  }

  /** Tells every session what it does not know yet; to be called once in an interval. */
  public void round() {
    synchronized (lines) {
      new LinkedHashMap<>(lines).forEach(this::tell);
    }
  }

  /** Completes when every session was told all, or its being told has failed. */
  public CompletableFuture<Void> drain() {
    List<CompletableFuture<?>> answers;
    synchronized (lines) {
      round();
      answers = new ArrayList<>();
      for (var line : lines.values()) {
        if (line.answer != null && isUnderWay(line.answer)) {
          answers.add(line.answer);
        }
      }
    }
    if (answers.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    // What failed stays asked and is not waited for again.
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenCompose(_ -> hasMore() ? drain() : CompletableFuture.completedFuture(null));
  }

  private boolean hasMore() {
    synchronized (lines) {
      return lines.values().stream()
          .anyMatch(line -> line.asked == null && line.chain.frames() > line.told);
    }
  }

  private boolean isUnderWay(@Nullable CompletableFuture<?> answer) {
    return answer != null && !answer.isDone();
  }

  private void tell(String session, Line line) {
    if (isUnderWay(line.answer) || line.chain.frames() == line.told) {
      return;
    }
    var range = line.asked;
    if (range == null) {
      range = new Range(line.told + 1, line.chain.frames(), line.chain.hash());
      line.asked = range;
    }
    var asked = range;
    line.answer =
        line.sessions
            .checkpoint(session, asked.from(), asked.to(), asked.hash())
            .handle((state, problem) -> answered(session, line, asked, state, problem));
  }

  private @Nullable Void answered(
      String session,
      Line line,
      Range asked,
      @Nullable SessionState state,
      @Nullable Throwable problem) {
    synchronized (lines) {
      if (state != null) {
        line.told = asked.to();
        line.asked = null;
      } else if (!mayAskAgain(problem)) {
        lines.remove(session, line);
      }
    }
    if (state != null) {
      trace.accept(mark(session, state, asked.to(), asked.hash()));
    }
    return null;
  }

  /** Whether the same may succeed later; else another process feeds the session, or it is over. */
  private static boolean mayAskAgain(@Nullable Throwable problem) {
    var cause = problem instanceof CompletionException wrapped ? wrapped.getCause() : problem;
    return cause instanceof SessionException refused
        && switch (refused.refusal()) {
          case BUSY, STOPPED, JOURNAL_FAILED, UNANSWERED -> true;
          case NOT_OPEN,
              CLOSED,
              OTHER_TENANT,
              STALE_EPOCH,
              OUT_OF_ORDER,
              INVALID,
              CONTEXT_FULL,
              TENANT_CONTEXT_FULL,
              OVER_BUDGET,
              JOURNAL_BROKEN ->
              false;
        };
  }

  private static Checkpoint mark(String session, SessionState state, long through, String chain) {
    return new Checkpoint(session, state.epoch(), through, SessionCodec.digest(state), chain);
  }
}
