package dev.weft.app.tracing;

import dev.weft.app.failure.WrongUse;
import dev.weft.fabric.trace.FrameRecord;
import dev.weft.persistence.trace.TraceQuery;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Which frames of a trace are meant; all that is given must hold.
 *
 * @param from when they were admitted, inclusive
 * @param to likewise, exclusive
 */
public record FrameFilter(
    Optional<String> session,
    Optional<String> pipeline,
    Optional<Instant> from,
    Optional<Instant> to) {

  private static final int NAMES_SHOWN = 10;

  /** All of them. */
  public static FrameFilter everything() {
    return new FrameFilter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Whether the frame is meant. */
  public boolean wants(FrameRecord frame) {
    return session.orElse(frame.session()).equals(frame.session())
        && pipeline.orElse(frame.pipeline()).equals(frame.pipeline())
        && !from.map(frame.admittedAt()::isBefore).orElse(false)
        && to.map(frame.admittedAt()::isBefore).orElse(true);
  }

  TraceQuery query() {
    var query = TraceQuery.all();
    query = session.map(query::ofSession).orElse(query);
    query = pipeline.map(query::ofPipeline).orElse(query);
    return from.isEmpty() && to.isEmpty()
        ? query
        : query.between(from.orElse(Instant.MIN), to.orElse(Instant.MAX));
  }

  /**
   * Tells what of this filter no frame of the trace meets.
   *
   * @param found frames that meet it
   * @throws WrongUse if there are none, with what could have been asked for
   */
  public void requireFound(long found, RecordedTrace trace) {
    if (found > 0 || equals(everything())) {
      return;
    }
    var sessions = new TreeSet<String>();
    var pipelines = new TreeSet<String>();
    var earliest = Instant.MAX;
    var latest = Instant.MIN;
    try (var reading = trace.read(everything())) {
      for (var next = reading.next(); next.isPresent(); next = reading.next()) {
        if (next.get() instanceof FrameRecord frame) {
          note(frame.session(), sessions);
          note(frame.pipeline(), pipelines);
          var at = frame.admittedAt();
          earliest = at.isBefore(earliest) ? at : earliest;
          latest = at.isAfter(latest) ? at : latest;
        }
      }
    }
    session
        .filter(name -> !sessions.contains(name))
        .ifPresent(name -> unknown("session", name, sessions));
    pipeline
        .filter(name -> !pipelines.contains(name))
        .ifPresent(name -> unknown("pipeline", name, pipelines));
    throw new WrongUse(
        "%s: no such frame (expected: %s)"
            .formatted(
                trace.path(),
                sessions.isEmpty()
                    ? "frames in it"
                    : "one admitted between %s and %s".formatted(earliest, latest)));
  }

  private static void unknown(String what, String name, TreeSet<String> known) {
    var shown = known.stream().limit(NAMES_SHOWN).map(each -> "'" + each + "'").toList();
    throw new WrongUse(
        "%s: '%s' (expected: %s)"
            .formatted(
                what,
                name,
                shown.isEmpty()
                    ? "none, there are no frames"
                    : "one of "
                        + String.join(", ", shown)
                        + (known.size() > NAMES_SHOWN ? ", ..." : "")));
  }

  /** Names are kept while they are few enough to be worth telling, the wanted one always. */
  private void note(String name, TreeSet<String> names) {
    if (names.size() < 1000
        || session.filter(name::equals).isPresent()
        || pipeline.filter(name::equals).isPresent()) {
      names.add(name);
    }
  }
}
