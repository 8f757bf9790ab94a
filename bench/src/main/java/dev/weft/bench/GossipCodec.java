package dev.weft.bench;

import akka.actor.ActorSystem;
import akka.actor.Address;
import akka.actor.ExtendedActorSystem;
import akka.cluster.Gossip;
import akka.cluster.GossipEnvelope;
import akka.cluster.GossipOverview;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.Reachability;
import akka.cluster.UniqueAddress;
import akka.cluster.VectorClock;
import akka.cluster.protobuf.ClusterMessageSerializer;
import akka.util.Version;
import com.typesafe.config.ConfigFactory;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import scala.collection.immutable.SortedSet;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What one node tells another of its cluster's members, in bytes: the state of a cluster of many
 * sites of one node each, as Akka itself writes it. It reaches into Akka, whose classes for it are
 * not for others; a new release of Akka may break it, and nothing but this figure.
 */
final class GossipCodec implements AutoCloseable {

  private static final long SEED = 7;
  private static final int PORT = 25_520;
  private static final int OCTET = 256;

  private final ActorSystem system =
      ActorSystem.create(
          "gossip",
          ConfigFactory.parseString(
                  "akka { actor.provider = local, loglevel = OFF, stdout-loglevel = OFF }")
              .withFallback(ConfigFactory.load()));
  private final ClusterMessageSerializer serializer =
      new ClusterMessageSerializer((ExtendedActorSystem) system);

  /** Bytes of the whole state, all members up and all having seen it. */
  int bytes(int nodes) {
    var random = new Random(SEED);
    SortedSet<Member> members = Gossip.emptyMembers();
    Set<UniqueAddress> seen = new HashSet<>();
    var clock = new VectorClock(VectorClock.apply$default$1());
    for (var node = 0; node < nodes; node++) {
      var address = new UniqueAddress(address(node), random.nextLong());
      members = with(members, member(address, node));
      seen.add(address);
      // Each site's only node leads it, and so changes the state by itself when it joins.
      clock = clock.$colon$plus(VectorClock.Node$.MODULE$.apply(Gossip.vclockName(address)));
    }
    var overview =
        new GossipOverview(
            CollectionConverters.asScala(seen).<UniqueAddress>toSet(), Reachability.empty());
    var gossip = new Gossip(members, overview, clock, Gossip.apply$default$4());
    var any = seen.iterator().next();
    return serializer.toBinary(GossipEnvelope.apply(any, any, gossip)).length;
  }

  private static Address address(int node) {
    var host = "10.%d.%d.%d".formatted(node / OCTET / OCTET, node / OCTET % OCTET, node % OCTET);
    return new Address("akka", "weft", host, PORT);
  }

  private static Member member(UniqueAddress address, int node) {
    var roles = new TreeSet<>(Set.of("edge", "dc-shop-" + node));
    return new Member(
        address,
        node + 1,
        MemberStatus.up(),
        CollectionConverters.asScala(roles).<String>toSet(),
        Version.Zero());
  }

  @SuppressWarnings("unchecked") // A sorted set with one more is one.
  private static SortedSet<Member> with(SortedSet<Member> members, Member more) {
    return (SortedSet<Member>) members.incl(more);
  }

  @Override
  public void close() {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
  }
}
