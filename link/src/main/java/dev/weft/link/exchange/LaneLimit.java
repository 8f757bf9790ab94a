package dev.weft.link.exchange;

/**
 * How much a receiver lets one sender have under way in a lane.
 *
 * @param requests without an answer
 * @param bytes of their payloads
 */
public record LaneLimit(int requests, long bytes) {

  public LaneLimit {
    if (requests < 0 || bytes < 0) {
      throw new IllegalArgumentException(
          "lane limit: %d requests, %d bytes (expected: >= 0)".formatted(requests, bytes));
    }
  }
}
