package dev.weft.app.serving;

import dev.weft.app.tracing.OperatedReplays;
import dev.weft.gateway.observatory.ReplayDesk;
import java.util.Optional;

/** Where recorded frames are replayed beside what is served, if frames are recorded. */
public record ServedReplays(Optional<OperatedReplays> kept) implements AutoCloseable {

  /** For whoever asks. */
  public Optional<ReplayDesk> desk() {
    return kept.map(ReplayDesk.class::cast);
  }

  /** Begins to end them: none begins any more, and one under way ends soon. Does not wait. */
  public void end() {
    kept.ifPresent(OperatedReplays::end);
  }

  /** Ends them, and waits a while for one that is under way. */
  @Override
  public void close() {
    kept.ifPresent(OperatedReplays::close);
  }
}
