package dev.weft.link.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.link.certificate.CertificateFolder;
import dev.weft.link.certificate.CertificateFolder.Terms;
import dev.weft.link.certificate.KeyKind;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Exchange;
import dev.weft.link.exchange.ExchangeSettings;
import dev.weft.link.exchange.Handler;
import dev.weft.link.exchange.Peer;
import dev.weft.link.exchange.PeerStatus;
import dev.weft.link.exchange.Peers;
import dev.weft.link.exchange.Reason;
import dev.weft.link.exchange.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes over TLS on loopback, whose certificates are right, wrong, and replaced. */
class SecurityTest {

  private static final String HOST = "127.0.0.1";
  private static final Duration RARELY = Duration.ofHours(1);
  private static final Terms CA = new Terms(KeyKind.EC, Duration.ofDays(100));
  private static final Terms NODE = new Terms(KeyKind.EC, Duration.ofDays(30));
  private static final Map<String, Handler> HANDLERS =
      Map.of(
          "who",
          asked ->
              CompletableFuture.completedFuture(
                  new Answer.Done(asked.peer().getBytes(StandardCharsets.UTF_8))));

  @TempDir Path files;

  private final ExchangeSettings settings = ExchangeSettings.from(ConfigFactory.load());
  private final SecureRandom random = new SecureRandom();
  private CertificateFolder berlin;
  private CertificateFolder paris;
  private Security server;
  private Exchange exchange;

  @BeforeEach
  void start() throws IOException {
    berlin = site("berlin");
    paris = site("paris");
    berlin.add("region", List.of(HOST), NODE, Instant.now());
    berlin.add("edge", List.of(), NODE, Instant.now());
    paris.add("edge", List.of(), NODE, Instant.now());
    server = open(berlin, "region");
    exchange = Exchange.listen(HOST, 0, settings, server, HANDLERS);
  }

  private CertificateFolder site(String name) {
    var folder = new CertificateFolder(files.resolve(name), random);
    folder.init(name, CA, Instant.now());
    return folder;
  }

  private static Security open(CertificateFolder folder, String node) {
    return Security.of(Identity.open(folder.files(node), RARELY));
  }

  @AfterEach
  void end() {
    exchange.close();
    server.close();
  }

  private static Answer who(Peer peer) throws Exception {
    var request = new Request("who", 0, new byte[0], Duration.ofSeconds(20));
    return peer.ask(request).get(30, TimeUnit.SECONDS);
  }

  private static String name(Answer answer) {
    var payload = assertInstanceOf(Answer.Done.class, answer, String.valueOf(answer)).payload();
    return new String(payload, StandardCharsets.UTF_8);
  }

  /** What one says who connects anew. */
  private Answer asks(Security security, Address address) throws Exception {
    try (var peers = new Peers("edge", settings, security, random)) {
      return who(peers.at(address));
    }
  }

  private Address here() {
    return Address.of(HOST, exchange.port());
  }

  private void refuses(Security security, Address address) throws Exception {
    var refused = assertInstanceOf(Answer.Refused.class, asks(security, address));
    assertEquals(Reason.UNREACHABLE, refused.reason(), refused.detail());
    assertFalse(refused.mayHaveRun());
  }

  @Test
  void aNodeIsKnownByTheNameInItsCertificate() throws Exception {
    try (var edge = open(berlin, "edge")) {
      assertEquals("edge.berlin", name(asks(edge, here())));
      assertEquals("edge.berlin", name(asks(edge, here().named("region.berlin"))));
      refuses(edge, here().named("other.berlin"));
    }
  }

  @Test
  void whoHasNoCertificateOrOneOfAnUnknownCaIsNotLetIn() throws Exception {
    refuses(Security.none(), here());
    try (var edge = open(paris, "edge")) {
      refuses(edge, here());
      // Though it believes the other side, that does not believe it.
      paris.trust(files.resolve("berlin/ca.pem"), false);
      assertTrue(edge.identity().orElseThrow().look());
      refuses(edge, here());
      berlin.trust(files.resolve("paris/ca.pem"), false);
      assertTrue(server.identity().orElseThrow().look());
      assertEquals("edge.paris", name(asks(edge, here())));
    }
  }

  @Test
  void theCaOfOneSiteVouchesForNoNodeOfAnother() throws Exception {
    berlin.trust(files.resolve("paris/ca.pem"), false);
    assertTrue(server.identity().orElseThrow().look());
    // Paris plays Berlin: a node of its own, called as one of Berlin's.
    var forged = new ForgedNode(files.resolve("paris")).named("edge.berlin", "edge.berlin", files);
    try (var edge = Security.of(Identity.open(forged, RARELY))) {
      refuses(edge, here());
    }
  }

  @Test
  void theCaOfOneSiteMakesNoReceiverOfAnother() throws Exception {
    berlin.trust(files.resolve("paris/ca.pem"), false);
    var forged =
        new ForgedNode(files.resolve("paris")).named("region.paris", "region.berlin", files);
    try (var impostor = Security.of(Identity.open(forged, RARELY));
        var there = Exchange.listen(HOST, 0, settings, impostor, HANDLERS);
        var edge = open(berlin, "edge")) {
      refuses(edge, Address.of(HOST, there.port()).named("region.berlin"));
    }
  }

  @Test
  void whatIsReplacedIsTakenWithoutARestart() throws Exception {
    try (var edge = open(berlin, "edge");
        var peers = new Peers("edge", settings, edge, random)) {
      var peer = peers.at(here());
      assertEquals("edge.berlin", name(who(peer)));
      var before = server.identity().orElseThrow().goodUntil();
      berlin.rotateAuthority(CA, Instant.now());
      assertTrue(edge.identity().orElseThrow().look());
      berlin.rotate("region", new Terms(KeyKind.RSA, Duration.ofDays(60)), Instant.now());
      assertTrue(server.identity().orElseThrow().look());
      assertTrue(server.identity().orElseThrow().goodUntil().isAfter(before));
      // The open connection goes on, and a new one sees the new certificate.
      assertEquals("edge.berlin", name(who(peer)));
      assertEquals(PeerStatus.State.CONNECTED, peer.status().state());
      assertEquals("edge.berlin", name(asks(edge, here())));
    }
  }

  @Test
  void aCaThatIsNoLongerBelievedLetsNobodyInAnew() throws Exception {
    berlin.trust(files.resolve("paris/ca.pem"), false);
    paris.trust(files.resolve("berlin/ca.pem"), false);
    assertTrue(server.identity().orElseThrow().look());
    try (var edge = open(paris, "edge")) {
      assertEquals("edge.paris", name(asks(edge, here())));
      berlin.distrust(paris.authorityCertificate().fingerprint());
      assertTrue(server.identity().orElseThrow().look());
      refuses(edge, here());
    }
  }

  @Test
  void aReceiverWhoseCaIsNoLongerBelievedIsNotSpokenWith() throws Exception {
    berlin.trust(files.resolve("paris/ca.pem"), false);
    paris.trust(files.resolve("berlin/ca.pem"), false);
    assertTrue(server.identity().orElseThrow().look());
    try (var edge = open(paris, "edge")) {
      assertEquals("edge.paris", name(asks(edge, here())));
      paris.distrust(berlin.authorityCertificate().fingerprint());
      assertTrue(edge.identity().orElseThrow().look());
      refuses(edge, here());
    }
  }

  @Test
  void aPairThatDoesNotFitChangesNothing() throws Exception {
    var identity = server.identity().orElseThrow();
    var whole = Files.readAllBytes(files.resolve("berlin/region.key"));
    Files.copy(
        files.resolve("berlin/edge.key"),
        files.resolve("berlin/region.key"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertFalse(identity.look());
    try (var edge = open(berlin, "edge")) {
      assertEquals("edge.berlin", name(asks(edge, here())));
    }
    Files.write(files.resolve("berlin/region.key"), whole);
    assertFalse(identity.look(), "it is as it was");
  }

  @Test
  void saysWhichFileCannotBeUsed() throws IOException {
    var of = berlin.files("region");
    var empty = Files.writeString(files.resolve("empty.pem"), "nothing");
    wrong(new IdentityFiles(files.resolve("no.pem"), of.key(), of.trust()), "no.pem: not there");
    wrong(new IdentityFiles(of.certificate(), empty, of.trust()), "empty.pem");
    wrong(new IdentityFiles(empty, of.key(), of.trust()), "empty.pem");
    wrong(
        new IdentityFiles(of.certificate(), berlin.files("edge").key(), of.trust()),
        "edge.key: of another certificate");
    berlin.add("old", List.of(), NODE, Instant.now().minus(Duration.ofDays(50)));
    wrong(berlin.files("old"), "good until");
  }

  private static void wrong(IdentityFiles of, String expected) {
    var refused = assertThrows(IdentityException.class, () -> Identity.open(of, RARELY));
    assertTrue(String.valueOf(refused.getMessage()).contains(expected), refused.getMessage());
  }
}
