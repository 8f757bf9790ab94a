package dev.weft.cluster.node;

import akka.actor.Address;
import akka.actor.AddressFromURIString;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.JoinSeedNodes;
import akka.discovery.Discovery;
import akka.discovery.Lookup;
import akka.discovery.ServiceDiscovery;
import com.typesafe.config.Config;
import dev.weft.cluster.reunion.BeginLease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a node join its cluster by its seeds and by what a service's name stands for, for as long as
 * it takes. Only the first of the seeds that are written down begins a cluster at once, if it has
 * the right ({@link BeginLease}): what is looked up may be another list on each node.
 */
final class Joining {

  private static final Logger LOG = LoggerFactory.getLogger(Joining.class);
  private static final Duration LOOKUP_PATIENCE = Duration.ofSeconds(5);

  private final ActorSystem<?> system;
  private final Cluster cluster;
  private final List<Address> seeds;
  private final String service;
  private final Optional<ServiceDiscovery> discovery;
  private final Duration interval;
  private final BeginLease right;
  private List<Address> joinedBy = List.of();

  /**
   * @param config {@code weft.cluster} in it says by whom
   * @throws IllegalArgumentException naming the address, service or method that is none
   */
  Joining(ActorSystem<?> system, Config config) {
    this.system = system;
    this.cluster = Cluster.get(system);
    this.right = new BeginLease(system);
    this.seeds =
        config.getStringList("weft.cluster.seeds").stream().map(each -> address(each)).toList();
    this.service = config.getString("weft.cluster.discovery");
    this.discovery =
        service.isEmpty()
            ? Optional.empty()
            : Optional.of(discovery(config.getString("weft.cluster.discovery-method")));
    this.interval = config.getDuration("weft.cluster.discovery-interval");
  }

  private ServiceDiscovery discovery(String method) {
    var _ = Lookup.parseSrv(service);
    return Discovery.get(Adapter.toClassic(system)).loadServiceDiscovery(method);
  }

  private Address address(String hostAndPort) {
    return AddressFromURIString.parse("akka://%s@%s".formatted(system.name(), hostAndPort));
  }

  /** Begins. */
  void begin() {
    if (!seeds.isEmpty()) {
      join(seeds);
    }
    discovery.ifPresent(this::look);
  }

  private void join(List<Address> by) {
    if (!by.equals(joinedBy)) {
      joinedBy = by;
      right.order(by).thenAccept(all -> cluster.manager().tell(new JoinSeedNodes(all)));
    }
  }

  private void look(ServiceDiscovery by) {
    if (hasJoined()) {
      return;
    }
    found(by)
        .whenComplete(
            (found, problem) -> {
              if (problem != null) {
                LOG.warn("discovery {}: {}", service, String.valueOf(problem.getMessage()));
              } else if (!hasJoined()) {
                joinAlso(found);
              }
              system.scheduler().scheduleOnce(interval, () -> look(by), system.executionContext());
            });
  }

  private boolean hasJoined() {
    return cluster.selfMember().status() != MemberStatus.removed();
  }

  private CompletableFuture<List<Address>> found(ServiceDiscovery by) {
    return by.lookup(Lookup.parseSrv(service), LOOKUP_PATIENCE)
        .toCompletableFuture()
        .thenApply(
            resolved ->
                resolved.getAddresses().stream()
                    .filter(target -> target.getPort().isPresent())
                    .map(target -> address(target.host() + ":" + target.getPort().get()))
                    .filter(address -> !address.equals(cluster.selfMember().address()))
                    .distinct()
                    .sorted(java.util.Comparator.comparing(Address::toString))
                    .toList());
  }

  private void joinAlso(List<Address> found) {
    var all = new ArrayList<>(seeds);
    found.stream().filter(address -> !all.contains(address)).forEach(all::add);
    if (!all.isEmpty()) {
      join(all);
    }
  }
}
