package dev.weft.bench.cluster;

import dev.weft.bench.load.ClosedLoad;
import dev.weft.bench.load.EventLoad;
import dev.weft.fabric.pipeline.Answer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends the frames of some sessions in turns, one at a time. */
public final class SessionCaller implements EventLoad.Caller, ClosedLoad.Caller {

  private static final Duration BACK_OFF = Duration.ofMillis(1);

  private final FrameSource frames;
  private final List<String> sessions;
  private int next;

  /**
   * @param sessions at least one; an empty name is none
   */
  public SessionCaller(FrameSource frames, List<String> sessions) {
    this.frames = frames;
    this.sessions = List.copyOf(sessions);
  }

  @Override
  public void send(EventLoad.End end) {
    frames.send(session()).whenComplete((answer, problem) -> end(answer, problem, end));
  }

  private String session() {
    var session = sessions.get(next);
    next = (next + 1) % sessions.size();
    return session;
  }

  @Override
  public boolean call() {
    return switch (frames.send(session()).join()) {
      case Answer.Completed completed -> {
        completed.close();
        yield true;
      }
      case Answer.Dropped _ -> false;
      case Answer.Failed failed -> throw new IllegalStateException(failed.toString());
    };
  }

  private static void end(@Nullable Answer answer, @Nullable Throwable problem, EventLoad.End end) {
    switch (answer) {
      case Answer.Completed completed -> {
        completed.close();
        end.answered(true);
      }
      case Answer.Dropped _ -> end.answered(false);
      case Answer.Failed(var code, var message, _) ->
          end.failed(new IllegalStateException("%s: %s".formatted(code, message)));
      case null -> end.failed(new IllegalStateException(problem));
    }
  }

  @Override
  public Duration backOff() {
    return BACK_OFF;
  }
}
