package dev.weft.sim.invariant;

import dev.weft.fabric.replay.SessionCheck.Match;
import java.util.ArrayList;
import java.util.List;

/**
 * What a session was told of its frames, and what marks in the trace say of them, is so of the
 * frames that the trace has.
 */
public final class SessionMeetsTrace {

  public static final String NAME = "session-meets-trace";

  private SessionMeetsTrace() {}

  /**
   * @param told through which frame of its epoch the session was told
   * @param match whether the trace has these frames, with the hash that the session has
   * @param marksNotMet marks that say otherwise than the frames before them
   */
  public static List<Violation> check(
      String session, long told, Match match, List<String> marksNotMet) {
    var found = new ArrayList<Violation>();
    if (told > 0 && match != Match.MET) {
      found.add(
          new Violation(
              NAME,
              "session %s: was told of frames through %d: %s (expected: MET)"
                  .formatted(session, told, match)));
    }
    marksNotMet.forEach(mark -> found.add(new Violation(NAME, mark)));
    return found;
  }
}
