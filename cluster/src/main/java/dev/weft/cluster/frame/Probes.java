package dev.weft.cluster.frame;

import dev.weft.fabric.profile.AdmissionRule;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which frames run here though an answer here is expected too late and their list has no run for
 * them: one of a pipeline every {@link AdmissionRule#PROBE_EVERY}. Only runs can show that times
 * have become better. Frames that are in a hurry of their own show little, so they leave the place
 * to others unless none came for long. Threadsafe.
 */
final class Probes {

  /** More names of pipelines than a node deploys; beyond, all wait anew. */
  private static final int PIPELINES_MAX = 1_024;

  /** Times as long without a probe has a frame in a hurry be one. */
  private static final int HURRY_FACTOR = 10;

  private final Map<String, Long> last = new ConcurrentHashMap<>();

  /**
   * Whether the frame is one; the first that is asked for is none.
   *
   * @param isInAHurry whether it is too late only because it has less time than its pipeline
   *     declares
   */
  boolean isDue(String pipeline, boolean isInAHurry, long nowNanos) {
    if (last.size() >= PIPELINES_MAX) {
      last.clear();
    }
    var before = last.putIfAbsent(pipeline, nowNanos);
    return before != null
        && nowNanos - before >= every(isInAHurry)
        && last.replace(pipeline, before, nowNanos);
  }

  private static long every(boolean isInAHurry) {
    return AdmissionRule.PROBE_EVERY.toNanos() * (isInAHurry ? HURRY_FACTOR : 1);
  }
}
