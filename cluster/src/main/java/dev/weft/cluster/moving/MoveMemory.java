package dev.weft.cluster.moving;

import dev.weft.cluster.site.SiteName;
import java.util.Map;

/**
 * What rounds of {@link MoveRule} remember of those before. Immutable.
 *
 * @param heat whether the own site is hot
 * @param cheaper whether another site is cheaper
 */
public record MoveMemory(Spell heat, Map<SiteName, Spell> cheaper) {

  private static final MoveMemory NONE = new MoveMemory(Spell.UNKNOWN, Map.of());

  public MoveMemory {
    cheaper = Map.copyOf(cheaper);
  }

  /** At the start. */
  public static MoveMemory none() {
    return NONE;
  }

  Spell cheaper(SiteName site) {
    return cheaper.getOrDefault(site, Spell.UNKNOWN);
  }
}
