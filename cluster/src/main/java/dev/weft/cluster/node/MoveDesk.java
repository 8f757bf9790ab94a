package dev.weft.cluster.node;

import dev.weft.cluster.moving.MoveBook;
import dev.weft.cluster.moving.MoveReason;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SessionName;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.json.Json;
import dev.weft.fabric.problem.Cause;
import dev.weft.fabric.session.SessionState;
import dev.weft.fabric.session.SessionTransfer;
import dev.weft.fabric.session.Sessions;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Asked;
import dev.weft.link.exchange.Handler;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Moves a session to another site because an operator says so, or tells where it lives. Asked with
 * a JSON object of {@code session} and, to move it, {@code to}; answers with one of {@code site},
 * {@code node} and {@code epoch}, or of {@code refused}, a sentence. It is asked over the data
 * link, so by whom that lets in.
 */
public final class MoveDesk implements Handler {

  /** The kind of the requests. */
  public static final String KIND = "move";

  private final SiteName here;
  private final Sessions sessions;
  private final MoveBook book;
  private final InstantSource clock;

  MoveDesk(SiteName here, Sessions sessions, MoveBook book, InstantSource clock) {
    this.here = here;
    this.sessions = sessions;
    this.book = book;
    this.clock = clock;
  }

  /** What to ask to hear where a session lives. */
  public static byte[] where(String session) {
    return bytes(Map.of("session", session));
  }

  /** What to ask to have it moved. */
  public static byte[] request(String session, String to) {
    return bytes(Map.of("session", session, "to", to));
  }

  @Override
  public CompletionStage<Answer> handle(Asked asked) {
    SessionName session;
    Optional<SiteName> to;
    try {
      var object = Json.readObject(new String(asked.payload(), StandardCharsets.UTF_8));
      session = SessionName.of(text(object, "session"), here);
      to =
          object.containsKey("to")
              ? Optional.of(new SiteName(text(object, "to")))
              : Optional.empty();
    } catch (IllegalArgumentException e) {
      return CompletableFuture.completedFuture(refused(e));
    }
    // A session that nobody feeds where it came is fed from then on.
    return to.map(site -> bring(session, site))
        .orElse(CompletableFuture.completedFuture(null))
        .thenCompose(_ -> sessions.claim(session.toString()))
        .handle((state, problem) -> state == null ? refused(problem) : lives(state));
  }

  private static String text(Map<String, Object> object, String field) {
    if (object.get(field) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException(
        "%s: %s (expected: a text)".formatted(field, object.get(field)));
  }

  private CompletableFuture<?> bring(SessionName session, SiteName to) {
    return new SessionTransfer(sessions, session.toString())
        .bring(session.home().text(), to.text())
        .whenComplete((_, problem) -> note(session, to, problem));
  }

  private void note(SessionName session, SiteName to, @Nullable Throwable problem) {
    book.note(
        new MoveBook.Entry(
            clock.instant(),
            session.toString(),
            Optional.empty(),
            to,
            MoveReason.OPERATOR,
            Cause.words(problem)));
  }

  private static Answer lives(SessionState state) {
    var node = state.feeder().node();
    var object = new LinkedHashMap<String, Object>();
    object.put("site", NodeId.find(node).map(id -> id.site().text()).orElse(""));
    object.put("node", node);
    object.put("epoch", state.epoch());
    return new Answer.Done(bytes(object));
  }

  private static Answer refused(@Nullable Throwable problem) {
    return new Answer.Done(bytes(Map.of("refused", Cause.words(problem))));
  }

  private static byte[] bytes(Map<String, Object> object) {
    return Json.write(object).getBytes(StandardCharsets.UTF_8);
  }
}
