package dev.weft.cluster.route;

import dev.weft.fabric.manifest.Residency;
import java.util.Locale;

/**
 * What one party says of where a frame may be.
 *
 * @param name of the party, such as a tenant's; empty for the request itself
 */
public record Label(Party party, String name, Residency residency) {

  /** Who may keep a frame to places. */
  public enum Party {
    PIPELINE,
    STAGE,
    TENANT,
    SESSION,
    REQUEST
  }

  /** The party in words, such as {@code tenant 'acme'}. */
  public String who() {
    var word = party.name().toLowerCase(Locale.ROOT);
    return name.isEmpty() ? "the " + word : "%s '%s'".formatted(word, name);
  }

  @Override
  public String toString() {
    return "%s: %s".formatted(who(), residency);
  }
}
