package dev.weft.link.exchange;

import java.util.Arrays;
import java.util.List;

/**
 * What may still be sent in each lane: what the receiver granted, less what has no answer yet. A
 * grant replaces the one before; where it is below what is under way, nothing more goes until that
 * is answered. Not threadsafe.
 */
final class Credits {

  private final int[] requests = new int[Request.LANES];
  private final long[] bytes = new long[Request.LANES];
  private List<LaneLimit> limits;

  /**
   * @param limits until others are granted, one per lane
   */
  Credits(List<LaneLimit> limits) {
    this.limits = checked(limits);
  }

  void grant(List<LaneLimit> granted) {
    limits = checked(granted);
  }

  private static List<LaneLimit> checked(List<LaneLimit> limits) {
    if (limits.size() != Request.LANES) {
      throw new IllegalArgumentException(
          "%d lanes (expected: %d)".formatted(limits.size(), Request.LANES));
    }
    return List.copyOf(limits);
  }

  /** Takes credit for a request; false, and takes nothing, if the lane has not as much. */
  boolean take(int lane, long payloadBytes) {
    var limit = limits.get(lane);
    if (requests[lane] >= limit.requests() || bytes[lane] + payloadBytes > limit.bytes()) {
      return false;
    }
    requests[lane]++;
    bytes[lane] += payloadBytes;
    return true;
  }

  /** Gives back what was taken for a request. */
  void give(int lane, long payloadBytes) {
    if (requests[lane] == 0 || bytes[lane] < payloadBytes) {
      throw new IllegalStateException(
          "lane %d: %d requests, %d bytes (expected: one with %d bytes more)"
              .formatted(lane, requests[lane], bytes[lane], payloadBytes));
    }
    requests[lane]--;
    bytes[lane] -= payloadBytes;
  }

  /** Requests under way in a lane. */
  int taken(int lane) {
    return requests[lane];
  }

  /** Requests under way in all lanes. */
  int taken() {
    return Arrays.stream(requests).sum();
  }

  /** What is full, for people. */
  String full(int lane) {
    var limit = limits.get(lane);
    return "lane %d: %d requests with %d bytes are under way (expected: within %d and %d)"
        .formatted(lane, requests[lane], bytes[lane], limit.requests(), limit.bytes());
  }
}
