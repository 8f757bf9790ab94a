package dev.weft.fabric.pipeline;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.routing.Switches;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a frame was let in with.
 *
 * @param number counts the frames of one pipeline from 0
 * @param loop inference loop it runs on
 * @param nanos when, on the fabric's monotonic clock
 * @param deadlineNanos on the same clock
 * @param aheadNanos work that was before it when it came, as far as that was looked at
 * @param expectedNanos work it is expected to take
 * @param bytes of its inputs
 * @param follows whether it runs part of a plan after another frame, and so puts nothing off
 * @param runsLate whether its runs begin although they may end too late: where everyone is let in,
 *     for what comes after an answer, and for a probe
 * @param unpaired inputs that did not come in time to be paired
 * @param trace what is to be recorded of it; null if nothing
 */
record Admission(
    long number,
    int loop,
    Lane lane,
    long nanos,
    long deadlineNanos,
    long aheadNanos,
    long expectedNanos,
    long bytes,
    boolean follows,
    boolean runsLate,
    Switches switches,
    Map<String, String> attributes,
    List<String> unpaired,
    @Nullable FrameTrace trace) {

  /** For a frame that is run again; where and when, {@link #followedBy} says. */
  static Admission ofRecorded(
      long number, Switches switches, Map<String, String> attributes, List<String> unpaired) {
    return new Admission(
        number, 0, Lane.SHADOW, 0, 0, 0, 0, 0, true, true, switches, attributes, unpaired, null);
  }

  /** Value of the request's attribute; empty if it has none. */
  String attribute(String name) {
    return attributes.isEmpty() ? "" : attributes.getOrDefault(name, "");
  }

  /** What a choice sticks to: the value of {@code attribute}, or this frame's own number. */
  String key(String attribute) {
    var value = attributes.get(attribute);
    return value == null ? Long.toString(number) : value;
  }

  /** For a frame that follows this one through part of its plan. */
  Admission followedBy(int otherLoop, Lane otherLane, long now, long otherDeadline) {
    return new Admission(
        number,
        otherLoop,
        otherLane,
        now,
        otherDeadline,
        0,
        0,
        0,
        true,
        true,
        switches,
        attributes,
        unpaired,
        null);
  }
}
