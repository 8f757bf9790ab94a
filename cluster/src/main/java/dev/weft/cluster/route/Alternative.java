package dev.weft.cluster.route;

import dev.weft.fabric.manifest.Fallback;

/**
 * Something that was considered and not taken.
 *
 * @param how what it would have been
 * @param where the node in words; empty if it is the one the frame came to
 */
public record Alternative(Fallback how, String where, Obstacle obstacle) {

  @Override
  public String toString() {
    return "%s%s: %s".formatted(how.word(), where.isEmpty() ? "" : " " + where, obstacle.words());
  }
}
