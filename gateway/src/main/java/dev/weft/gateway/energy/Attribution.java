package dev.weft.gateway.energy;

import java.util.LinkedHashMap;
import java.util.Map;

/** Whose energy it was; pure. */
final class Attribution {

  private static final double NANOS = 1e9;

  private Attribution() {}

  /**
   * Shares out what the machine took by processor time: each use has the part of it that its work
   * is of all the machine's. Where there was more work than the machine tells of, as stages waited
   * for cores while they ran, uses share all of it and no more.
   *
   * @param joules of the machine in some time
   * @param machineNanos processor time of the whole machine in it
   * @param work time that stages ran in it, in nanoseconds
   * @return in joules; their sum is {@code joules} at most
   */
  static Map<Use, Double> ofMachine(double joules, long machineNanos, Map<Use, Long> work) {
    var worked = work.values().stream().mapToLong(Long::longValue).sum();
    var all = Math.max(machineNanos, worked);
    return scaled(work, all <= 0 ? 0 : joules / all);
  }

  /** What work takes at so many watts of a core, in joules. */
  static Map<Use, Double> ofModel(double wattsPerCore, Map<Use, Long> work) {
    return scaled(work, wattsPerCore / NANOS);
  }

  private static Map<Use, Double> scaled(Map<Use, Long> work, double joulesPerNano) {
    var shares = new LinkedHashMap<Use, Double>();
    work.forEach((use, nanos) -> shares.put(use, nanos * joulesPerNano));
    return shares;
  }
}
