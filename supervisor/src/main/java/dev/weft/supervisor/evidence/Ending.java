package dev.weft.supervisor.evidence;

import dev.weft.supervisor.gate.Verdict;
import dev.weft.supervisor.rollout.Past.Outcome;
import dev.weft.supervisor.rollout.RolloutState.Phase;
import java.util.List;
import java.util.Optional;

/** How a rollout ended, as its evidence tells. */
record Ending(List<Entry> entries) {

  /** A sentence or two; empty while it is under way. */
  Optional<String> html() {
    var end = entries.reversed().stream().filter(Ending::isEnd).findFirst();
    // A process that was killed did not get to note how it ended; the next one knew.
    return end.or(() -> entries.reversed().stream().filter(Ending::isAfterEnd).findFirst())
        .map(entry -> isPromotion(entry) ? promoted(entry) : rolledBack(entry));
  }

  private String promoted(Entry entry) {
    var how =
        isForced(entry)
            ? " without the evidence, at an accepted risk"
            : isWatched(entry) ? "" : " on evidence, and not checked after that";
    return "<span class=\"good\">Promoted%s.</span> %s".formatted(how, text(entry, "why"));
  }

  private static String rolledBack(Entry entry) {
    var cause = text(entry, "cause");
    return "<span class=\"bad\">Rolled back%s.</span> %s"
        .formatted(cause.isEmpty() ? "" : " (%s)".formatted(cause), text(entry, "why"));
  }

  private boolean isForced(Entry end) {
    return text(end, "outcome").equals(Outcome.FORCED.name())
        || entries.stream().anyMatch(entry -> !body(entry).text("acceptedRisk").isEmpty());
  }

  private static boolean isWatched(Entry entry) {
    return text(entry, "outcome").equals(Outcome.HEALTHY.name())
        || text(entry, "verdict").equals(Verdict.PASS.name());
  }

  private static boolean isEnd(Entry entry) {
    return entry.kind().equals("completed") || entry.kind().equals("rolled-back");
  }

  private static boolean isPromotion(Entry entry) {
    return entry.kind().equals("completed") || text(entry, "phase").equals(Phase.HEALTHY.name());
  }

  private static boolean isAfterEnd(Entry entry) {
    var phase = text(entry, "phase");
    return entry.kind().equals(Bodies.CONTROLLER_TOOK)
        && (phase.equals(Phase.HEALTHY.name()) || phase.equals(Phase.DEGRADED.name()));
  }

  private static String text(Entry entry, String field) {
    return Html.escaped(body(entry).text(field));
  }

  private static Fields body(Entry entry) {
    return new Fields(entry.body());
  }
}
