package dev.weft.cluster.node;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import akka.cluster.ClusterEvent;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import dev.weft.cluster.fact.FactBook;
import dev.weft.cluster.fact.FactsActor;
import dev.weft.cluster.site.SiteName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who is a member of a node's cluster, as Akka tells it. */
final class MembersExtension implements Extension {

  private static final class Id extends ExtensionId<MembersExtension> {

    private static final Id INSTANCE = new Id();

    @Override
    public MembersExtension createExtension(ActorSystem<?> system) {
      return new MembersExtension(Cluster.get(system));
    }
  }

  private static final String UP = "Up";

  /** The members of a state that are up, by site. */
  private record Up(ClusterEvent.CurrentClusterState of, Map<SiteName, Set<String>> sites) {}

  private final Cluster cluster;
  private volatile @Nullable Up up;

  private MembersExtension(Cluster cluster) {
    this.cluster = cluster;
  }

  static MembersExtension get(ActorSystem<?> system) {
    return Id.INSTANCE.apply(system);
  }

  /** Where this node's actor system is reached, {@code HOST:PORT}. */
  String address() {
    return FactsActor.text(cluster.selfMember().address());
  }

  /** Whether this node is a member that others count on. */
  boolean isUp() {
    return cluster.selfMember().status().equals(MemberStatus.up());
  }

  /** Whether another node of the site can take its sessions. */
  boolean hasNeighbour() {
    var self = cluster.selfMember();
    var state = cluster.state();
    for (var member : state.getMembers()) {
      if (member.dataCenter().equals(self.dataCenter())
          && !member.address().equals(self.address())
          && member.status().equals(MemberStatus.up())
          && !state.getUnreachable().contains(member)) {
        return isUp();
      }
    }
    return false;
  }

  /** All members of the cluster, and those of linked sites as {@code facts} know them. */
  List<ClusterStatus.Member> all(FactBook facts) {
    var state = cluster.state();
    var members = new ArrayList<ClusterStatus.Member>();
    var sites = new HashSet<String>();
    for (var member : state.getMembers()) {
      sites.add(member.dataCenter());
      members.add(
          new ClusterStatus.Member(
              member.dataCenter(),
              FactsActor.text(member.address()),
              member.status().toString(),
              // Akka tells of a site that is away as a whole, and not of its nodes.
              !state.getUnreachable().contains(member)
                  && !state.getUnreachableDataCenters().contains(member.dataCenter()),
              false));
    }
    for (var linked : facts.linkedMembers()) {
      if (!sites.contains(linked.site().text())) {
        members.add(
            new ClusterStatus.Member(
                linked.site().text(), linked.address(), UP, linked.isHeard(), true));
      }
    }
    return members;
  }

  /**
   * The sites that have members, this one's among them, with the addresses of those that are up.
   * Frames ask for it, so it is made once for each state of the cluster.
   */
  @SuppressWarnings("ReferenceEquality") // Akka makes another one for each change.
  Map<SiteName, Set<String>> up() {
    var state = cluster.state();
    var last = up;
    if (last == null || last.of() != state) {
      last = new Up(state, up(state));
      up = last;
    }
    return last.sites();
  }

  private Map<SiteName, Set<String>> up(ClusterEvent.CurrentClusterState state) {
    var sites = new HashMap<SiteName, Set<String>>();
    SiteName.find(cluster.selfMember().dataCenter())
        .ifPresent(site -> sites.put(site, new HashSet<>()));
    for (var member : state.getMembers()) {
      SiteName.find(member.dataCenter())
          .map(site -> sites.computeIfAbsent(site, _ -> new HashSet<>()))
          .filter(_ -> isUp(member))
          .ifPresent(addresses -> addresses.add(FactsActor.text(member.address())));
    }
    return Collections.unmodifiableMap(sites);
  }

  private static boolean isUp(Member member) {
    return member.status().equals(MemberStatus.up())
        || member.status().equals(MemberStatus.weaklyUp());
  }
}
