package dev.weft.cluster.fleet;

import dev.weft.cluster.site.SiteName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Sites that a rollout comes to at once.
 *
 * @param sites empty for the rest: all edge sites that no other wave names
 */
public record Wave(Set<SiteName> sites) {

  static final int WAVES_MAX = 64;
  static final int SITES_MAX = 10_000;

  /** How the rest is written. */
  public static final String REST = "rest";

  public Wave {
    sites = Collections.unmodifiableSet(new TreeSet<>(sites));
  }

  boolean isRest() {
    return sites.isEmpty();
  }

  /**
   * Reads waves such as {@code site-1; site-2, site-3; rest}.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  public static List<Wave> parse(String text) {
    var waves = new ArrayList<Wave>();
    var named = new HashSet<SiteName>();
    for (var part : text.split(";", -1)) {
      if (!waves.isEmpty() && waves.getLast().isRest()) {
        throw new IllegalArgumentException(
            "waves: '%s' after '%s' (expected: the rest as the last)"
                .formatted(part.strip(), REST));
      }
      waves.add(part.strip().equals(REST) ? new Wave(Set.of()) : wave(part, named));
    }
    if (waves.size() > WAVES_MAX || named.size() > SITES_MAX) {
      throw new IllegalArgumentException(
          "waves: %d of %d sites (expected: at most %d of %d)"
              .formatted(waves.size(), named.size(), WAVES_MAX, SITES_MAX));
    }
    return waves;
  }

  private static Wave wave(String text, Set<SiteName> named) {
    var sites = new TreeSet<SiteName>();
    for (var part : text.split(",", -1)) {
      var site =
          SiteName.find(part.strip())
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "waves: '%s' (expected: names of sites with commas between, waves with"
                                  .formatted(part.strip())
                              + " semicolons between, as 'site-1; site-2, site-3; rest')"));
      if (!named.add(site)) {
        throw new IllegalArgumentException(
            "waves: site '%s' twice (expected: once)".formatted(site));
      }
      sites.add(site);
    }
    return new Wave(sites);
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return isRest() ? REST : String.join(", ", sites.stream().map(SiteName::text).toList());
  }
}
