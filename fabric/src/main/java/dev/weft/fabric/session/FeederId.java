package dev.weft.fabric.session;

/**
 * Which process has the frames of a session.
 *
 * @param process its number among those that had the site's journal, above all before it; 0 for
 *     none
 * @param node what its node is called in its cluster; empty outside of one
 */
public record FeederId(long process, String node) {

  static final FeederId NONE = new FeederId(0, "");

  /** Of a node that is in no cluster. */
  public static FeederId of(long process) {
    return new FeederId(process, "");
  }
}
