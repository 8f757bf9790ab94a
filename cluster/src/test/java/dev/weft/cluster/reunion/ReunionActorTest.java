package dev.weft.cluster.reunion;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.ActorIdentity;
import akka.actor.AddressFromURIString;
import akka.actor.Identify;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.ClusterEvent;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.UniqueAddress;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import akka.cluster.typed.JoinSeedNodes;
import com.typesafe.config.ConfigFactory;
import dev.weft.cluster.site.SiteSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

/** Over real sockets; what comes of it under faults is the simulator's to find out. */
class ReunionActorTest {

  private static final Duration WITHIN = Duration.ofSeconds(30);

  private static int free() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static ActorSystem<Void> start(String site, int port, int... seeds) {
    var defaults = ConfigFactory.load();
    var own =
        ConfigFactory.parseString(
            """
            weft.cluster.site = %1$s
            weft.cluster.reunion { interval = 300ms, patience = 1s }
            weft.cluster.reunion { begin-after = 3s, first-begin-after = 1s }
            weft.cluster.begin-lease.heartbeat-timeout = 2s
            akka.cluster.multi-data-center.self-data-center = %1$s
            akka.cluster.seed-node-timeout = 1s
            akka.remote.artery.canonical { hostname = "127.0.0.1", port = %2$d }
            akka.loglevel = WARNING
            """
                .formatted(site, port));
    var config = own.withFallback(SiteSettings.overlay(defaults)).withFallback(defaults).resolve();
    ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "weft", config);
    var joined = java.util.Arrays.stream(seeds).mapToObj(seed -> "127.0.0.1:" + seed).toList();
    Cluster.get(system)
        .manager()
        .tell(
            new JoinSeedNodes(
                joined.stream()
                    .map(seed -> AddressFromURIString.parse("akka://weft@" + seed))
                    .toList()));
    ReunionActor.start(system, joined, System::nanoTime);
    return system;
  }

  /** The sites of those that a node sees up. */
  private static List<String> up(ActorSystem<?> system) {
    var sites = new TreeSet<String>();
    for (var member : Cluster.get(system).state().getMembers()) {
      if (member.status() == MemberStatus.up()) {
        sites.add(member.dataCenter());
      }
    }
    return List.copyOf(sites);
  }

  private static void awaitUp(ActorSystem<?> system, List<String> sites) {
    TestProbe.create(system)
        .awaitAssert(
            WITHIN,
            () -> {
              assertEquals(sites, up(system));
              return true;
            });
  }

  private static void end(ActorSystem<?> system) {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
  }

  private static Member of(UniqueAddress process, MemberStatus status, Member like) {
    var roles = CollectionConverters.asScala(like.getRoles()).<String>toSet();
    return new Member(process, 1, status, roles, like.appVersion());
  }

  /** As happens when a list is merged that still has the process before. */
  @Test
  void aNodeKnowsItsMembersAfterAProcessBeforeItAtItsAddressWasRemoved() throws IOException {
    var till = start("shop", free());
    try {
      Cluster.get(till).manager().tell(Join.create(Cluster.get(till).selfMember().address()));
      awaitUp(till, List.of("shop"));
      var self = Cluster.get(till).selfMember();
      var before = new UniqueAddress(self.address(), self.uniqueAddress().longUid() + 1);
      var events = Adapter.toClassic(till).eventStream();
      events.publish(new ClusterEvent.MemberUp(of(before, MemberStatus.up(), self)));
      events.publish(new ClusterEvent.MemberDowned(of(before, MemberStatus.down(), self)));
      events.publish(
          new ClusterEvent.MemberRemoved(
              of(before, MemberStatus.removed(), self), MemberStatus.down()));
      TestProbe<Object> probe = TestProbe.create(till);
      Adapter.toClassic(till)
          .actorSelection("/system/clusterEventBusListener")
          .tell(new Identify(1), Adapter.toClassic(probe.getRef()));
      probe.expectMessageClass(ActorIdentity.class, WITHIN);

      awaitUp(till, List.of("shop"));
      assertEquals(self, Cluster.get(till).selfMember());
      assertEquals(MemberStatus.up(), Cluster.get(till).selfMember().status());
    } finally {
      end(till);
    }
  }

  @Test
  void aNodeBeginsWithoutItsSeedsAndIsOneOfThemWhenTheyAreThere() throws IOException {
    var region = free();
    var till = start("shop", free(), region);
    try {
      awaitUp(till, List.of("shop"));
      var self = Cluster.get(till).selfMember().uniqueAddress();
      var hub = start("region", region, region);
      try {
        awaitUp(hub, List.of("region", "shop"));
        awaitUp(till, List.of("region", "shop"));
        assertEquals(self, Cluster.get(till).selfMember().uniqueAddress());
      } finally {
        end(hub);
      }
    } finally {
      end(till);
    }
  }
}
