package dev.weft.link.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.link.certificate.CertificateFolder.Terms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CertificateFolderTest {

  private static final Instant NOW = Instant.parse("2026-11-30T00:00:00Z");
  private static final Terms CA = new Terms(KeyKind.EC, Duration.ofDays(3_650));
  private static final Terms NODE = new Terms(KeyKind.EC, Duration.ofDays(90));

  @TempDir Path files;

  private CertificateFolder folder(String name) {
    return new CertificateFolder(files.resolve(name), new SecureRandom());
  }

  private CertificateFolder site(String name) {
    var folder = folder(name);
    folder.init(name, CA, NOW);
    return folder;
  }

  private static String failure(Runnable action) {
    return String.valueOf(assertThrows(CertificateFolderException.class, action::run).getMessage());
  }

  @ParameterizedTest
  @EnumSource
  void aNodeIsVouchedForByItsSite(KeyKind kind) throws Exception {
    var berlin = folder("berlin");
    var ca = berlin.init("berlin", new Terms(kind, Duration.ofDays(3_650)), NOW);
    var node =
        berlin.add("edge-1", List.of("box", "10.0.0.7"), new Terms(kind, NODE.validity()), NOW);
    assertEquals("edge-1.berlin", node.name());
    assertEquals("berlin", node.site());
    assertEquals(ca.name(), node.issuer());
    assertEquals(NOW.plus(Duration.ofDays(90)), node.until());
    assertEquals(kind.name(), node.algorithm());
    assertEquals(List.of("edge-1"), berlin.nodes());
    var certificate = PemText.certificates(files.resolve("berlin/edge-1.pem")).getFirst();
    certificate.verify(
        PemText.certificates(files.resolve("berlin/ca.pem")).getFirst().getPublicKey());
    assertEquals(4, certificate.getSubjectAlternativeNames().size());
    for (var key : List.of("berlin/ca.key", "berlin/edge-1.key")) {
      assertEquals(
          PosixFilePermissions.fromString("rw-------"),
          Files.getPosixFilePermissions(files.resolve(key)));
      assertTrue(Files.readString(files.resolve(key)).startsWith("-----BEGIN PRIVATE KEY-----\n"));
    }
  }

  @Test
  void nothingIsOverwrittenUnasked() {
    var berlin = site("berlin");
    berlin.add("a", List.of(), NODE, NOW);
    assertTrue(failure(() -> berlin.init("berlin", CA, NOW)).contains("rotate --ca"));
    assertTrue(failure(() -> berlin.add("a", List.of(), NODE, NOW)).contains("rotate a"));
    assertTrue(failure(() -> berlin.add("ca", List.of(), NODE, NOW)).contains("another name"));
    assertTrue(failure(() -> folder("none").add("a", List.of(), NODE, NOW)).contains("init"));
  }

  @Test
  void aRotatedNodeHasANewKeyForTheSameHosts() throws Exception {
    var berlin = site("berlin");
    var before = berlin.add("a", List.of("box", "10.0.0.7", "::1"), NODE, NOW);
    var key = Files.readString(files.resolve("berlin/a.key"));
    var after = berlin.rotate("a", NODE, NOW.plus(Duration.ofDays(60)));
    assertNotEquals(before.fingerprint(), after.fingerprint());
    assertNotEquals(key, Files.readString(files.resolve("berlin/a.key")));
    var names =
        PemText.certificates(files.resolve("berlin/a.pem")).getFirst().getSubjectAlternativeNames();
    assertEquals(
        List.of("a.berlin", "nodes.berlin", "box", "10.0.0.7", "0:0:0:0:0:0:0:1"),
        names.stream().map(each -> each.get(1)).toList());
    assertTrue(failure(() -> berlin.rotate("b", NODE, NOW)).contains("one of [a]"));
    assertTrue(failure(() -> berlin.rotate("ca", NODE, NOW)).contains("one of [a]"));
  }

  @Test
  void aRotatedCaIsBelievedBesideTheOneBefore() {
    var berlin = site("berlin");
    var first = berlin.authorityCertificate();
    var second = berlin.rotateAuthority(CA, NOW);
    assertNotEquals(first.name(), second.name());
    assertEquals(
        List.of(first.fingerprint(), second.fingerprint()),
        berlin.trusted().stream().map(Certified::fingerprint).toList());
    assertEquals(second.name(), berlin.add("a", List.of(), NODE, NOW).issuer());
    berlin.distrust(first.fingerprint().substring(0, 12));
    assertEquals(1, berlin.trusted().size());
    assertTrue(failure(() -> berlin.distrust(second.fingerprint())).contains("not the last"));
  }

  @Test
  void sitesBelieveEachOther() {
    var berlin = site("berlin");
    var paris = site("paris");
    var added = berlin.trust(files.resolve("paris/ca.pem"), false);
    assertEquals(List.of("paris"), added.stream().map(Certified::site).toList());
    assertEquals(List.of(), berlin.trust(files.resolve("paris/ca.pem"), false));
    paris.rotateAuthority(CA, NOW);
    var refused = failure(() -> berlin.trust(files.resolve("paris/ca.pem"), false));
    assertTrue(refused.contains("a CA of site 'paris'") && refused.contains("--beside"), refused);
    assertEquals(1, berlin.trust(files.resolve("paris/ca.pem"), true).size());
    assertEquals(3, berlin.trusted().size());
    paris.add("a", List.of(), NODE, NOW);
    assertTrue(failure(() -> berlin.trust(files.resolve("paris/a.pem"), true)).contains("a CA's"));
  }

  @Test
  void tellsWhatIsWrongWithNamesHostsAndTimes() {
    var berlin = site("berlin");
    for (var wrong : List.of("A", "-a", "a.b", "", "../a", "nodes")) {
      assertThrows(
          IllegalArgumentException.class, () -> berlin.add(wrong, List.of(), NODE, NOW), wrong);
    }
    for (var wrong : List.of("a b", "http://a", "*.a", "300.1.1.1")) {
      assertThrows(
          IllegalArgumentException.class, () -> berlin.add("a", List.of(wrong), NODE, NOW), wrong);
    }
    var late =
        assertThrows(
            IllegalArgumentException.class,
            () -> berlin.add("a", List.of(), CA, NOW.plusSeconds(1)));
    assertTrue(String.valueOf(late.getMessage()).contains("before the CA's end"));
    assertEquals(List.of(), berlin.nodes(), "nothing was left behind");
  }
}
