package dev.weft.gateway.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.ManifestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an access file may say, and how its mistakes are told. */
class AccessFileTest {

  @TempDir private Path folder = Path.of("");

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("access.yaml"), text);
  }

  @Test
  void keysAndIssuersAreReadTogetherWithTheFilesTheyName() throws IOException {
    var issuer = Credentials.issuerFile(folder, Credentials.issuerKey("EC", "a"));
    var text = Files.readString(issuer) + "keys:\n";
    var read =
        AccessFile.read(
            file(text + Credentials.line(Credentials.key(1), "acme", "infer, observe")));
    assertEquals(1, read.accounts().keyCount());
    assertEquals(1, read.accounts().issuerCount());
    assertEquals(List.of(issuer, folder.resolve("issuer.jwks")), read.files());
  }

  @Test
  void everyMistakeIsToldWithItsPlace() throws IOException {
    var file =
        file(
            """
            apiVersion: weft/v1
            kind: Access
            keys:
              - {id: QHZ, tenant: acme, roles: [root], hash: "md5:x"}
              - {id: abcdefghijkl, tenant: "a b", roles: [], hash: 7, expires: tomorrow}
            issuers:
              - {name: x, audience: weft, keys: none.jwks, skew: 6min, algorithm: none}
            """);
    var problems = problems(file);
    var name = file.toString();
    assertTrue(problems.startsWith(name + ":4:10: keys[0].id: 'QHZ' (expected: "), problems);
    for (var part :
        List.of(
            ":4:37: keys[0].roles[0]: 'root' (expected: one of infer, observe, operate, admin)",
            ":4:50: keys[0].hash: no such hash",
            "keys[1].tenant: 'a b'",
            "keys[1].roles: 0 entries",
            "keys[1].hash: 7",
            "keys[1].expires: 'tomorrow'",
            "issuers[0].skew: PT6M (expected: at most 5min)",
            "issuers[0].algorithm: unknown field",
            "none.jwks: not there")) {
      assertTrue(problems.contains(part), part + " in\n" + problems);
    }
  }

  @Test
  void aFileWithoutAccountsLetsNobodyInAndIsRefused() throws IOException {
    assertTrue(problems(file("apiVersion: weft/v1\nkind: Access\n")).contains("neither keys nor"));
    assertTrue(problems(file("")).contains("0 documents (expected: one)"));
    assertTrue(problems(file("a: [")).contains("access.yaml:1"));
    assertTrue(problems(file("kind: Stage\n")).contains("kind: 'Stage' (expected: Access"));
    assertTrue(problems(folder.resolve("none.yaml")).contains("not there"));
  }

  @Test
  void oneIdOfTwoKeysIsRefused() throws IOException {
    var line = Credentials.line(Credentials.key(1), "acme", "infer");
    assertTrue(problems(file(Credentials.file(line, line))).contains("keys[1].id: "));
  }

  @Test
  void keysThatCouldMakeTokensAreRefused() throws IOException {
    var key = Credentials.issuerKey("EC", "a");
    var file = Credentials.issuerFile(folder, key);
    var jwks = folder.resolve("issuer.jwks");
    Files.writeString(jwks, new JsonWebKeySet(key).toJson(OutputControlLevel.INCLUDE_PRIVATE));
    assertTrue(problems(file).contains("keys[0] is private"));
    Files.writeString(jwks, "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"a\",\"k\":\"AAAA\"}]}");
    assertTrue(problems(file).contains("keys[0] is symmetric"));
  }

  @Test
  void aKeySetWithoutAKeyThatProvesTokensIsRefused() throws IOException {
    var file = Credentials.issuerFile(folder, Credentials.issuerKey("EC", "a"));
    var jwks = folder.resolve("issuer.jwks");
    for (var wrong :
        List.of(
            "",
            "[]",
            "{}",
            "{\"keys\":[]}",
            "{\"keys\":[7]}",
            "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-384\",\"kid\":\"a\"}]}",
            "{\"keys\":[{\"kty\":\"RSA\",\"use\":\"enc\",\"kid\":\"a\"}]}",
            "{\"keys\":[{\"kty\":\"RSA\",\"alg\":\"PS256\",\"kid\":\"a\"}]}",
            "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"a\"}]}",
            "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"a\",\"x\":7,\"y\":8}]}",
            "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"a\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}")) {
      Files.writeString(jwks, wrong);
      assertTrue(problems(file).contains("issuers[0].keys: "), wrong);
    }
    var nameless = Credentials.issuerKey("EC", "a");
    nameless.setKeyId(null);
    Files.writeString(jwks, new JsonWebKeySet(nameless).toJson());
    assertTrue(problems(file).contains("keys[0] has no kid"));
  }

  private static String problems(Path file) {
    return assertThrows(ManifestException.class, () -> AccessFile.read(file)).problems().stream()
        .map(String::valueOf)
        .collect(Collectors.joining("\n"));
  }
}
