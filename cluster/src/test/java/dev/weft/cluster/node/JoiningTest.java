package dev.weft.cluster.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JoiningTest {

  private static final Duration WITHIN = Duration.ofSeconds(30);
  private static final String SERVICE = "_actors._tcp.weft.test";

  private final ActorSystem<?> first = system("");

  private static ActorSystem<Void> system(String more) {
    var config =
        """
        akka {
          loglevel = WARNING
          actor.provider = cluster
          remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
          cluster.jmx.multi-mbeans-in-same-jvm = on
        }
        """;
    return ActorSystem.create(
        Behaviors.empty(),
        "weft",
        ConfigFactory.parseString(more)
            .withFallback(ConfigFactory.parseString(config))
            .withFallback(ConfigFactory.load()));
  }

  private static String address(ActorSystem<?> system) {
    var address = Cluster.get(system).selfMember().address();
    return "127.0.0.1:" + address.getPort().orElseThrow();
  }

  private static Config joining(ActorSystem<?> system, List<String> seeds, String more) {
    var quoted = seeds.stream().map("\"%s\""::formatted).toList();
    return ConfigFactory.parseString(
            "weft.cluster { discovery-interval = 200ms, seeds = %s, %s }".formatted(quoted, more))
        .withFallback(system.settings().config());
  }

  private static void awaitMembers(ActorSystem<?> system, int count) {
    TestProbe.create(system)
        .awaitAssert(
            WITHIN,
            () -> {
              var up = 0;
              for (var member : Cluster.get(system).state().getMembers()) {
                up += member.status() == MemberStatus.up() ? 1 : 0;
              }
              assertEquals(count, up);
              return true;
            });
  }

  @AfterEach
  void stop() {
    ActorTestKit.shutdown(first);
  }

  @Test
  void beginsByItsOwnSeedAndIsJoinedByWhatDnsTells() throws IOException {
    new Joining(first, joining(first, List.of(address(first)), "")).begin();
    var port = Cluster.get(first).selfMember().address().getPort().orElseThrow();
    try (var dns = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> serve(dns, port));
      var other =
          system(
              "akka.io.dns.async-dns.nameservers = [\"127.0.0.1:%d\"]"
                  .formatted(dns.getLocalPort()));
      try {
        new Joining(other, joining(other, List.of(), "discovery = " + SERVICE)).begin();
        awaitMembers(other, 2);
      } finally {
        ActorTestKit.shutdown(other);
      }
    }
  }

  @Test
  void beginsNothingByWhatIsLookedUp() {
    var services =
        "akka.discovery.config.services { \"weft.test\" { endpoints = [] } }"; // Nobody yet.
    var lonely = system(services);
    try {
      var by = "discovery-method = config, discovery = " + SERVICE;
      new Joining(lonely, joining(lonely, List.of(), by)).begin();
      new Joining(first, joining(first, List.of(address(first)), "")).begin();
      awaitMembers(first, 1);
      assertEquals(MemberStatus.removed(), Cluster.get(lonely).selfMember().status());
    } finally {
      ActorTestKit.shutdown(lonely);
    }
  }

  @Test
  void whatIsNoServiceIsNamed() {
    var refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Joining(first, joining(first, List.of(), "discovery = weft")));
    assertTrue(String.valueOf(refused.getMessage()).contains("weft"), refused.getMessage());
  }

  /** Answers whatever it is asked with one SRV record (RFC 2782): 127.0.0.1 and a port. */
  private static void serve(DatagramSocket dns, int port) {
    var buffer = new byte[512];
    try {
      while (true) {
        var asked = new DatagramPacket(buffer, buffer.length);
        dns.receive(asked);
        var answer = answer(buffer, asked.getLength(), port);
        dns.send(new DatagramPacket(answer, answer.length, asked.getSocketAddress()));
      }
    } catch (IOException e) {
      // Closed: the test is over.
    }
  }

  private static byte[] answer(byte[] asked, int length, int port) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.write(asked, 0, 2); // The question's number.
    out.writeShort(0x8180);
    out.writeShort(1);
    out.writeShort(1);
    out.writeInt(0);
    out.write(asked, 12, questionLength(asked, length));
    out.writeShort(0xc00c); // The name asked for.
    out.writeShort(33); // SRV, internet.
    out.writeShort(1);
    out.writeInt(60);
    var target = new byte[] {3, '1', '2', '7', 1, '0', 1, '0', 1, '1', 0};
    out.writeShort(6 + target.length);
    out.writeShort(0);
    out.writeShort(0);
    out.writeShort(port);
    out.write(target);
    return bytes.toByteArray();
  }

  /** Up to the name's end, with type and class. */
  private static int questionLength(byte[] asked, int length) {
    var at = 12;
    while (at < length && asked[at] != 0) {
      at += asked[at] + 1;
    }
    return at + 5 - 12;
  }
}
