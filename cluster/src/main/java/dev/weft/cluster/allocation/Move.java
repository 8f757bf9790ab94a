package dev.weft.cluster.allocation;

/**
 * A shard that is to leave its node.
 *
 * @param toward the node it would be given if nothing changes until then
 */
public record Move(String shard, String from, String toward, Reason reason) {

  /** Why it is to leave. */
  public enum Reason {
    /** Its device is attached to the other node. */
    LOCALITY,
    /** Its node has more than its part. */
    BALANCE
  }

  /** In words. */
  public String explanation() {
    return switch (reason) {
      case LOCALITY ->
          "shard %s leaves %s for %s, which its device is attached to"
              .formatted(shard, from, toward);
      case BALANCE ->
          "shard %s leaves %s, which has more than its part, for %s".formatted(shard, from, toward);
    };
  }
}
