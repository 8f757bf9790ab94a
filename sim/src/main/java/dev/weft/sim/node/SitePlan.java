package dev.weft.sim.node;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which machines stand at which site.
 *
 * @param hosts by site, in the order in which they are started
 */
public record SitePlan(Map<String, List<String>> hosts) {

  private static final String HOME_END = "/";
  private static final int FEW = 5;
  private static final int SHARDS_OF_FEW = 10;

  public SitePlan {
    var copy = new LinkedHashMap<String, List<String>>();
    hosts.forEach((site, there) -> copy.put(site, List.copyOf(there)));
    hosts = Collections.unmodifiableMap(copy);
  }

  /** Of {@code sites} sites with {@code nodes} machines each. */
  public static SitePlan of(int sites, int nodes) {
    var hosts = new LinkedHashMap<String, List<String>>();
    for (var site = 0; site < sites; site++) {
      hosts.put("s" + site, machines("s" + site, nodes));
    }
    return new SitePlan(hosts);
  }

  /** Of a region with {@code nodes} machines, and {@code edges} sites with one each. */
  public static SitePlan region(int nodes, int edges) {
    var hosts = new LinkedHashMap<String, List<String>>();
    hosts.put("region", machines("region", nodes));
    for (var edge = 1; edge <= edges; edge++) {
      var site = "edge-%02d".formatted(edge);
      hosts.put(site, machines(site, 1));
    }
    return new SitePlan(hosts);
  }

  private static List<String> machines(String site, int count) {
    var machines = new ArrayList<String>();
    for (var i = 0; i < count; i++) {
      machines.add(site + "-n" + i);
    }
    return machines;
  }

  public List<String> sites() {
    return List.copyOf(hosts.keySet());
  }

  public List<String> hostsOf(String site) {
    return hosts.getOrDefault(site, List.of());
  }

  public List<String> allHosts() {
    return hosts.values().stream().flatMap(List::stream).toList();
  }

  /**
   * Shards over which a site's sessions are spread: about ten times its machines, but few where
   * these are few, so that much happens in little time.
   */
  int shards() {
    var most = hosts.values().stream().mapToInt(List::size).max().orElse(0);
    return most > FEW ? SHARDS_OF_FEW * most : SHARDS_OF_FEW;
  }

  /** The site a machine stands at. */
  public String siteOf(String host) {
    return hosts.entrySet().stream()
        .filter(site -> site.getValue().contains(host))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "host: '%s' (expected: one of %s)".formatted(host, allHosts())))
        .getKey();
  }

  /** The site a session is at home at, which its name begins with. */
  public static String home(String session) {
    return session.substring(0, session.indexOf(HOME_END));
  }

  /** A session's name. */
  public static String session(String home, int number) {
    return home + HOME_END + "c" + number;
  }
}
