package dev.weft.cluster.frame;

import dev.weft.fabric.profile.AdmissionRule;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which frames run here though an answer here is expected too late and their list has no run for
 * them: one of a pipeline every {@link AdmissionRule#PROBE_EVERY}. Only runs can show that times
 * have become better. Threadsafe.
 */
final class Probes {

  /** More names of pipelines than a node deploys; beyond, all wait anew. */
  private static final int PIPELINES_MAX = 1_024;

  private final Map<String, Long> last = new ConcurrentHashMap<>();

  /** Whether the frame is one; the first that is asked for is none. */
  boolean isDue(String pipeline, long nowNanos) {
    if (last.size() >= PIPELINES_MAX) {
      last.clear();
    }
    var before = last.putIfAbsent(pipeline, nowNanos);
    return before != null
        && nowNanos - before >= AdmissionRule.PROBE_EVERY.toNanos()
        && last.replace(pipeline, before, nowNanos);
  }
}
