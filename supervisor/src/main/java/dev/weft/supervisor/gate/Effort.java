package dev.weft.supervisor.gate;

import java.time.Duration;

/**
 * How much evidence a step gathers.
 *
 * @param samplesMin runs of either arm, or compared frames, below which no gate passes
 * @param sessionsMin sessions in which the candidate ran, and while both answer in which the stable
 *     variant did, below which no gate passes: frames of one session are alike
 * @param samplesMax runs of the candidate, or compared frames, from which an open gate stays open
 * @param dwellMax time from which an open gate stays open
 */
public record Effort(long samplesMin, long sessionsMin, long samplesMax, Duration dwellMax) {

  public Effort {
    if (samplesMin < 1 || sessionsMin < 0 || samplesMax < samplesMin || dwellMax.isNegative()) {
      throw new IllegalArgumentException(
          "effort: %d to %d samples, %d sessions, %s (expected: 1 <= least <= most, others >= 0)"
              .formatted(samplesMin, samplesMax, sessionsMin, dwellMax));
    }
  }
}
