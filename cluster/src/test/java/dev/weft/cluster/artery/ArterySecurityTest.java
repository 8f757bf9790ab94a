package dev.weft.cluster.artery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import dev.weft.link.certificate.CertificateFolder;
import dev.weft.link.certificate.CertificateFolder.Terms;
import dev.weft.link.certificate.KeyKind;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two actor systems on loopback that speak over tls-tcp, with files that {@code weft certs} makes.
 */
class ArterySecurityTest {

  private static final String HOST = "127.0.0.1";
  private static final String OURS = ArterySecurity.class.getName();
  private static final String AKKAS = "akka.remote.artery.tcp.ssl.RotatingKeysSSLEngineProvider";
  private static final Duration YEAR = Duration.ofDays(365);
  private static final Duration MONTH = Duration.ofDays(30);

  @TempDir Path files;

  private final List<ActorSystem<String>> systems = new ArrayList<>();

  /** A node and what it heard. */
  private record Node(ActorSystem<String> system, LinkedBlockingQueue<String> heard) {

    String address() {
      return ActorRefResolver.get(system).toSerializationFormat(system);
    }

    /** Whether something comes from somebody; what others said before is passed over. */
    boolean hears(Node from) throws InterruptedException {
      var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
      for (var left = 1L; left > 0; left = end - System.nanoTime()) {
        if (from.address().equals(heard.poll(left, TimeUnit.NANOSECONDS))) {
          return true;
        }
      }
      return false;
    }
  }

  @AfterEach
  void end() throws Exception {
    systems.forEach(ActorSystem::terminate);
    for (var system : systems) {
      system.getWhenTerminated().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
  }

  private CertificateFolder site(String name, KeyKind kind) {
    var folder = new CertificateFolder(files.resolve(name), new SecureRandom());
    folder.init(name, new Terms(kind, YEAR), Instant.now());
    folder.add("a", List.of(HOST), new Terms(kind, MONTH), Instant.now());
    folder.add("b", List.of(HOST), new Terms(kind, MONTH), Instant.now());
    return folder;
  }

  private Node node(Map<String, ?> more) {
    var settings = new HashMap<String, Object>();
    settings.put("akka.actor.provider", "remote");
    settings.put("akka.loglevel", "ERROR");
    settings.put("akka.remote.artery.transport", "tls-tcp");
    settings.put("akka.remote.artery.canonical.hostname", HOST);
    settings.put("akka.remote.artery.canonical.port", 0);
    settings.putAll(more);
    var heard = new LinkedBlockingQueue<String>();
    var behavior =
        Behaviors.receive(String.class)
            .onAnyMessage(
                message -> {
                  heard.add(message);
                  return Behaviors.same();
                })
            .build();
    var system =
        ActorSystem.create(
            behavior, "node", ConfigFactory.parseMap(settings).withFallback(ConfigFactory.load()));
    systems.add(system);
    return new Node(system, heard);
  }

  private Node ours(CertificateFolder folder, String node) {
    var of = folder.files(node);
    return node(
        Map.of(
            "akka.remote.artery.ssl.ssl-engine-provider", OURS,
            "weft.link.tls.certificate", of.certificate().toString(),
            "weft.link.tls.key", of.key().toString(),
            "weft.link.tls.trust", of.trust().toString(),
            "weft.link.tls.renew-every", "100ms"));
  }

  private static void say(Node from, Node to) {
    ActorRef<String> there = ActorRefResolver.get(from.system()).resolveActorRef(to.address());
    there.tell(from.address());
  }

  /** Until it arrives: the first words are lost while a connection is refused and made again. */
  private static boolean reaches(Node from, Node to) throws InterruptedException {
    for (var i = 0; i < 30; i++) {
      say(from, to);
      if (to.hears(from)) {
        return true;
      }
    }
    return false;
  }

  private static void doesNotReach(Node from, Node to) throws InterruptedException {
    for (var i = 0; i < 3; i++) {
      say(from, to);
      assertTrue(!to.hears(from), "it was let in");
    }
  }

  @Test
  void nodesOfASiteSpeakAndOneOfAnotherIsRefusedUntilItsCaIsBelieved() throws Exception {
    var berlin = site("berlin", KeyKind.EC);
    var paris = site("paris", KeyKind.EC);
    var a = ours(berlin, "a");
    var b = ours(berlin, "b");
    assertTrue(reaches(a, b));
    var stranger = ours(paris, "a");
    doesNotReach(stranger, a);
    paris.trust(files.resolve("berlin/ca.pem"), false);
    berlin.trust(files.resolve("paris/ca.pem"), false);
    assertTrue(reaches(stranger, b));
  }

  @Test
  void aNodeWithoutACertificateIsRefused() throws Exception {
    var a = ours(site("berlin", KeyKind.EC), "a");
    var bare =
        node(
            Map.of(
                "akka.remote.artery.ssl.ssl-engine-provider",
                Uncertified.class.getName(),
                "akka.remote.artery.ssl.config-ssl-engine.key-store",
                ""));
    doesNotReach(bare, a);
  }

  @Test
  void rotatedFilesAreTakenWithoutARestart() throws Exception {
    var berlin = site("berlin", KeyKind.EC);
    var a = ours(berlin, "a");
    var b = ours(berlin, "b");
    assertTrue(reaches(a, b));
    berlin.rotateAuthority(new Terms(KeyKind.EC, YEAR), Instant.now());
    berlin.rotate("a", new Terms(KeyKind.EC, MONTH), Instant.now());
    berlin.rotate("b", new Terms(KeyKind.RSA, MONTH), Instant.now());
    var old = berlin.trusted().getFirst();
    berlin.distrust(old.fingerprint());
    // Who comes now has only ever seen the new ones.
    berlin.add("c", List.of(HOST), new Terms(KeyKind.EC, MONTH), Instant.now());
    var c = ours(berlin, "c");
    assertTrue(reaches(c, a));
    assertTrue(reaches(c, b));
    assertTrue(reaches(a, b), "the open connection goes on");
  }

  /** What makes RSA worth having: its files are those that Akka's own engine reads. */
  @Test
  void akkasOwnEngineForRotatingKeysReadsRsaKeysOfOneCa() throws Exception {
    var berlin = site("berlin", KeyKind.RSA);
    var a = rotating(berlin, "a");
    var b = rotating(berlin, "b");
    assertTrue(reaches(a, b));
    doesNotReach(rotating(site("paris", KeyKind.RSA), "a"), b);
  }

  private Node rotating(CertificateFolder folder, String node) {
    var of = folder.files(node);
    var engine = "akka.remote.artery.ssl.rotating-keys-engine.";
    return node(
        Map.of(
            "akka.remote.artery.ssl.ssl-engine-provider",
            AKKAS,
            engine + "key-file",
            of.key().toString(),
            engine + "cert-file",
            of.certificate().toString(),
            engine + "ca-cert-file",
            of.trust().resolveSibling("ca.pem").toString(),
            engine + "protocol",
            "TLSv1.3",
            engine + "enabled-algorithms",
            List.of("TLS_AES_256_GCM_SHA384")));
  }

  @Test
  void saysThatThereIsNoCertificate() {
    var failed =
        assertThrows(
            Exception.class,
            () -> node(Map.of("akka.remote.artery.ssl.ssl-engine-provider", OURS)));
    var cause = (Throwable) failed;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    assertEquals("weft.link.tls: '' (expected: certificate, key and trust)", cause.getMessage());
  }
}
