package dev.weft.cluster.allocation;

/** In which shard of its site a session is. All nodes of all releases must agree. */
public final class Shards {

  private Shards() {}

  /**
   * @param session its name with its home, {@code HOME/NAME}
   * @param shards of the site
   */
  public static int of(String session, int shards) {
    return Math.floorMod(session.hashCode(), shards);
  }
}
