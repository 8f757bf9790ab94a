package dev.weft.fabric.session;

import dev.weft.fabric.problem.Cause;
import dev.weft.fabric.trace.FrameChain;
import dev.weft.fabric.trace.SessionRecorder;
import dev.weft.fabric.trace.TraceRecord.Checkpoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Joins sessions to their trace: counts the frames of each session that became durable, tells the
 * session so in ranges, and has a mark kept in the trace where the session then stood. A frame is
 * never told before a reader of the trace would find it. Threadsafe.
 *
 * <p>A session is followed from the mark that its opening puts into the trace. A mark that finds no
 * room is tried again in the next round; frames before it are in the trace, the session only does
 * not know. Nobody tells when a session is fed elsewhere from now on: where one more finds no room,
 * the one that is quiet for longest and knows all of itself gives way.
 */
public final class SessionTrail implements SessionRecorder.Follower {

  private final TrailRules rules;
  private final Optional<Predicate<Checkpoint>> trace;
  // The one of which nothing came for longest is first.
  private final Map<String, Line> lines = new LinkedHashMap<>(16, 0.75f, true);

  /** One session. What was asked stays asked, unchanged, until the session has answered it. */
  private static final class Line {
    final Sessions sessions;
    final FrameChain chain = new FrameChain();
    final Checkpoint begins;
    @Nullable Checkpoint toMark;
    boolean hasBegun;
    long told;
    @Nullable Range asked;
    @Nullable CompletableFuture<?> answer;

    Line(Sessions sessions, Checkpoint begins) {
      this.sessions = sessions;
      this.begins = begins;
      this.toMark = begins;
    }

    boolean isToldAll() {
      return hasBegun && asked == null && chain.frames() == told;
    }
  }

  private record Range(long from, long to, String hash) {}

  /**
   * @param trace takes a mark to be kept, without waiting for it, and says whether it had room;
   *     empty if nothing is recorded
   */
  public SessionTrail(TrailRules rules, Optional<Predicate<Checkpoint>> trace) {
    this.rules = rules;
    this.trace = trace;
  }

  /**
   * Begins with a session that is fed here from now on; does nothing if it is followed in its epoch
   * already.
   */
  void follow(Sessions sessions, String session, SessionState opened) {
    var mark = mark(session, opened, 0, new FrameChain().hash());
    synchronized (lines) {
      var before = lines.get(session);
      if (before != null && before.begins.epoch() != opened.epoch()) {
        lines.remove(session);
      }
      if (trace.isPresent() && !lines.containsKey(session) && hasRoom()) {
        var line = new Line(sessions, mark);
        lines.put(session, line);
        begin(line);
      }
    }
  }

  private boolean hasRoom() {
    if (lines.size() >= rules.sessionsMax()) {
      var each = lines.values().iterator();
      while (each.hasNext()) {
        if (each.next().isToldAll()) {
          each.remove();
          break;
        }
      }
    }
    return lines.size() < rules.sessionsMax();
  }

  private void begin(Line line) {
    var mark = line.toMark;
    if (mark != null && trace.orElseThrow().test(mark)) {
      line.toMark = null;
    }
  }

  /** Ends with a session that was closed. */
  void forget(String session) {
    synchronized (lines) {
      lines.remove(session);
    }
  }

  @Override
  public void marked(String session, boolean isKept) {
    synchronized (lines) {
      var line = lines.get(session);
      if (line == null || line.hasBegun) {
        return;
      }
      line.hasBegun = isKept;
      line.toMark = isKept ? null : line.begins;
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
      lines.values().forEach(this::begin);
      new LinkedHashMap<>(lines).forEach(this::tell);
    }
  }

  /** Completes when every session was told all, or its being told has failed. */
  public CompletableFuture<Void> drain() {
    return drain(_ -> true);
  }

  /** Completes when one session was told all that is durable of it, or that has failed. */
  CompletableFuture<Void> settle(String session) {
    return drain(session::equals);
  }

  private CompletableFuture<Void> drain(Predicate<String> wanted) {
    var answers = new ArrayList<CompletableFuture<?>>();
    synchronized (lines) {
      for (var entry : new LinkedHashMap<>(lines).entrySet()) {
        var line = entry.getValue();
        if (wanted.test(entry.getKey())) {
          tell(entry.getKey(), line);
          if (line.answer != null && isUnderWay(line.answer)) {
            answers.add(line.answer);
          }
        }
      }
    }
    if (answers.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    // What failed stays asked and is not waited for again.
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenCompose(
            _ -> hasMore(wanted) ? drain(wanted) : CompletableFuture.completedFuture(null));
  }

  private boolean hasMore(Predicate<String> wanted) {
    synchronized (lines) {
      return lines.entrySet().stream()
          .filter(entry -> wanted.test(entry.getKey()))
          .map(Map.Entry::getValue)
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
            .checkpoint(session, line.begins.epoch(), asked.from(), asked.to(), asked.hash())
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
      // One that finds no room is no loss: it says nothing that is not in the journal.
      var _ = trace.orElseThrow().test(mark(session, state, asked.to(), asked.hash()));
    }
    return null;
  }

  /** Whether the same may succeed later; else another process feeds the session, or it is over. */
  private static boolean mayAskAgain(@Nullable Throwable problem) {
    var cause = problem == null ? null : Cause.of(problem);
    return cause instanceof SessionException refused
        && switch (refused.refusal()) {
          case BUSY, STOPPED, JOURNAL_FAILED, UNANSWERED, UNREACHABLE -> true;
          case NOT_OPEN,
              MOVING,
              MOVED,
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
