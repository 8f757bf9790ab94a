package dev.weft.supervisor.evidence;

import java.time.Instant;
import java.util.Map;

/**
 * What is to become an entry, once its place in the chain is known.
 *
 * @param missing entries before it that could not be kept
 * @param isKept whether it waits for a disk that does not take it now, and must be durable; figures
 *     do neither
 */
record Draft(long missing, Instant at, String kind, Map<String, Object> body, boolean isKept) {

  Draft {
    body = Texts.bounded(body);
  }

  /** Something that is not given up for a disk that fails. */
  static Draft kept(Instant at, String kind, Map<String, Object> body) {
    return new Draft(0, at, kind, body, true);
  }

  static Draft figures(Instant at, Map<String, Object> body) {
    return new Draft(0, at, Entry.STANDS, body, false);
  }

  Draft behind(long lost) {
    return new Draft(missing + lost, at, kind, body, isKept);
  }

  /** Its gap has been told. */
  Draft told() {
    return new Draft(0, at, kind, body, isKept);
  }

  /** What stands for the entries missing before it. */
  Draft gap() {
    return kept(at, Entry.GAP, Map.of(Entry.MISSING, missing));
  }
}
