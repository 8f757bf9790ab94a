package dev.weft.cluster.moving;

import dev.weft.cluster.site.SiteName;

/** A session that is to go from one site to another. */
public record SessionMove(
    String session, String tenant, SiteName from, SiteName to, MoveReason reason) {

  /** In words, such as {@code session shop/till from shop to region: heat}. */
  @Override
  public String toString() {
    return "session %s from %s to %s: %s".formatted(session, from, to, reason.word());
  }
}
