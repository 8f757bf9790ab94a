package dev.weft.supervisor.analysis;

import dev.weft.supervisor.gate.Evidence.Sessions;
import java.time.Duration;

/**
 * When callers bring too little for a step in the shadow: at their pace, the least evidence would
 * not be there when the step could be over.
 *
 * @param samplesMin frames that both variants run, below which no limit counts as kept
 * @param sessionsMin sessions below which none does
 * @param dwell shortest time at the step
 */
record Scarcity(long samplesMin, long sessionsMin, Duration dwell) {

  /** A pace is not told from less; nor is more asked for than would come in this time. */
  private static final Duration PACE_MIN = Duration.ofSeconds(1);

  /**
   * @param frames of callers that both variants ran so far
   * @param sessions so far, of which the candidate's count
   */
  boolean isTooFew(long frames, Sessions sessions, Duration elapsed) {
    if (elapsed.compareTo(PACE_MIN) < 0) {
      return false;
    }
    var parts = Math.max(1, (double) Math.max(dwell.toNanos(), 1) / elapsed.toNanos());
    return frames * parts < samplesMin || sessions.candidate() * parts < sessionsMin;
  }
}
