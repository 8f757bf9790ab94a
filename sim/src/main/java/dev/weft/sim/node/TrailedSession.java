package dev.weft.sim.node;

import dev.weft.fabric.replay.SessionCheck;
import dev.weft.fabric.session.SessionState;
import dev.weft.fabric.trace.FrameRecord;
import dev.weft.fabric.trace.StoreSource;
import dev.weft.fabric.trace.TraceRecord;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.sim.invariant.Findings;
import dev.weft.sim.invariant.Liveness;
import dev.weft.sim.invariant.SessionMeetsTrace;
import dev.weft.sim.world.World;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A session that every life of a node takes over, and that is told which of its frames are in the
 * edge buffer. After each boot, before it is opened, and at the end, what it was told is held
 * against what the buffer has.
 */
public final class TrailedSession implements Resident {

  private static final String TENANT = "shop";
  private static final Duration ASK_AGAIN = Duration.ofMillis(200);
  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(5);

  private final World world;
  private final String session;
  private final Findings findings;
  private Optional<Node> node = Optional.empty();

  public TrailedSession(World world, String session, Findings findings) {
    this.world = world;
    this.session = session;
    this.findings = findings;
  }

  @Override
  public void lead(Node to) {
    node = Optional.of(to);
    untilAnswered(
        to,
        up -> up.sessions().state(session),
        left -> {
          look(to, left);
          untilAnswered(
              to,
              up -> up.sessions().open(session, TENANT, 0),
              opened -> world.note("session %s: epoch %d".formatted(session, opened.epoch())));
        });
  }

  @Override
  public void lost() {
    node = Optional.empty();
  }

  private void untilAnswered(
      Node of, Function<Node, CompletableFuture<SessionState>> asked, Consumer<SessionState> then) {
    var _ =
        asked
            .apply(of)
            .whenComplete(
                (state, problem) -> {
                  if (state != null) {
                    then.accept(state);
                  } else {
                    world.after(ASK_AGAIN, () -> again(of, asked, then));
                  }
                });
  }

  private void again(
      Node of, Function<Node, CompletableFuture<SessionState>> asked, Consumer<SessionState> then) {
    if (node.equals(Optional.of(of))) {
      untilAnswered(of, asked, then);
    }
  }

  /** Looks at what it was told, when nothing is on its way any more. */
  @Override
  public void checkEnded() {
    node.ifPresent(
        up -> {
          var told = up.sessions().state(session);
          if (world.passUntil(told::isDone, ANSWERED_WITHIN) && !told.isCompletedExceptionally()) {
            var state = told.join();
            var frames = look(up, state);
            if (state.checkpoint().lastFrame() != frames) {
              findings.add(
                  Liveness.NAME,
                  "session %s: was told of %d frames of %d"
                      .formatted(session, state.checkpoint().lastFrame(), frames));
            }
          } else {
            findings.add(Liveness.NAME, "session %s: no answer".formatted(session));
          }
        });
  }

  /** Answers how many of its frames the buffer has behind the mark that begins its epoch. */
  private long look(Node up, SessionState state) {
    var check = new SessionCheck();
    var frames = 0L;
    try (var source = new StoreSource(up.store(), TraceQuery.all())) {
      for (var next = source.next(); next.isPresent(); next = source.next()) {
        check.accept(next.get());
        frames = after(next.get(), frames);
      }
    }
    var checkpoint = state.checkpoint();
    var match = check.match(session, checkpoint.lastFrame(), checkpoint.traceHash());
    findings.addAll(
        SessionMeetsTrace.check(session, checkpoint.lastFrame(), match, check.report().notMet()));
    world.note(
        "session %s: epoch %d, told of %d frames, the buffer has %d; %d marks met"
            .formatted(
                session, state.epoch(), checkpoint.lastFrame(), frames, check.report().met()));
    return frames;
  }

  private long after(TraceRecord record, long frames) {
    return switch (record) {
      case FrameRecord frame when frame.session().equals(session) -> frames + 1;
      case TraceRecord.Checkpoint mark when mark.session().equals(session) && mark.begins() -> 0;
      default -> frames;
    };
  }
}
