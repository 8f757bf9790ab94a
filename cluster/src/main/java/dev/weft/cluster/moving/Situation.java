package dev.weft.cluster.moving;

import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.route.Label;
import dev.weft.cluster.route.Labels;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.Residency;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a node decides by whether sessions go to other sites.
 *
 * @param here what this node is and how it is
 * @param sites all that are known, its own among them
 * @param tenants where what is of a tenant may be, of those that are kept anywhere
 * @param deployed what pipelines and stages of this node say of where their frames may be: of which
 *     of them the next frame of a session is, nobody knows
 * @param fed the sessions whose frames come to this node
 */
public record Situation(
    NodeFacts here,
    List<SiteSight> sites,
    Map<String, Residency> tenants,
    Labels deployed,
    List<Fed> fed) {

  /**
   * A session whose frames come to this node.
   *
   * @param fedFor for how long they do
   * @param quietFor since when none came
   */
  public record Fed(String session, String tenant, Duration fedFor, Duration quietFor) {}

  public Situation {
    sites = List.copyOf(sites);
    tenants = Map.copyOf(tenants);
    fed = List.copyOf(fed);
  }

  /** The own site. */
  SiteName site() {
    return here.site();
  }

  Optional<SiteSight> find(SiteName site) {
    return sites.stream().filter(each -> each.site().equals(site)).findFirst();
  }

  /** Sites beside the own one. */
  List<SiteSight> others() {
    return sites.stream().filter(each -> !each.site().equals(site())).toList();
  }

  /** Where sessions of a tenant may be. */
  Residency residency(String tenant) {
    return tenants.getOrDefault(tenant, Residency.anywhere());
  }

  /** Where they may be, and their frames. */
  Labels labels(String tenant) {
    return deployed.and(new Label(Label.Party.TENANT, tenant, residency(tenant)));
  }
}
