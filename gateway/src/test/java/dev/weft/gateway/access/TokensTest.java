package dev.weft.gateway.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which tokens count, and for whom. */
class TokensTest {

  private static final Instant NOW = Instant.parse("2026-11-29T10:00:00Z");
  private static final PublicJsonWebKey RSA = Credentials.issuerKey("RSA", "rsa");
  private static final PublicJsonWebKey EC = Credentials.issuerKey("EC", "ec");
  private static final PublicJsonWebKey ED = Credentials.issuerKey("Ed25519", "ed");
  private static final String ES256 = "ES256";

  private static Accounts accounts = new Accounts(List.of(), List.of());

  @BeforeAll
  static void read(@TempDir Path folder) throws IOException {
    accounts = AccessFile.read(Credentials.issuerFile(folder, RSA, EC, ED)).accounts();
  }

  private static JwtClaims good() {
    return Credentials.claims("acme", List.of("infer"), NOW);
  }

  @Test
  void aTokenOfAKnownIssuerIsItsTenantAndRoles() {
    for (var token :
        List.of(
            Credentials.token(good(), RSA, "RS256"),
            Credentials.token(good(), EC, ES256),
            Credentials.token(good(), ED, "EdDSA"))) {
      assertEquals(
          new Identity.Known(new Caller("till-3", Optional.of("acme"), Set.of(Role.INFER))),
          identify(token));
    }
  }

  @Test
  void rolesMayBeOneWordAndForeignOnesAreIgnored() {
    var claims = good();
    claims.setClaim("roles", "observe");
    assertEquals(Set.of(Role.OBSERVE), roles(claims));
    claims.setClaim("roles", List.of("cashier", "operate", 7));
    assertEquals(Set.of(Role.OPERATE), roles(claims));
  }

  @Test
  void aNameThatCouldFeignALineOfALogIsNotTaken() {
    for (var name :
        List.of("till\n3", "till\r", "\u001b[2K", "a\u2028b", "a\u202eb", "x".repeat(129))) {
      var claims = good();
      claims.setSubject(name);
      assertEquals("ec", name(claims), name);
    }
    var claims = good();
    claims.setSubject("Müller, Kasse 3");
    assertEquals("Müller, Kasse 3", name(claims));
  }

  private static String name(JwtClaims claims) {
    return identify(Credentials.token(claims, EC, ES256)) instanceof Identity.Known(var caller)
        ? caller.name()
        : "unknown";
  }

  @Test
  void aTokenThatIsOverOrEarlyIsRefusedBeyondTheSkewOnly() {
    var claims = good();
    claims.setExpirationTime(NumericDate.fromSeconds(NOW.getEpochSecond() - 29));
    assertTrue(identify(Credentials.token(claims, EC, ES256)) instanceof Identity.Known);
    claims.setExpirationTime(NumericDate.fromSeconds(NOW.getEpochSecond() - 31));
    assertEquals(Denial.EXPIRED, denied(claims));
    claims = good();
    claims.setNotBefore(NumericDate.fromSeconds(NOW.getEpochSecond() + 29));
    assertTrue(identify(Credentials.token(claims, EC, ES256)) instanceof Identity.Known);
    claims.setNotBefore(NumericDate.fromSeconds(NOW.getEpochSecond() + 31));
    assertEquals(Denial.UNFIT, denied(claims));
  }

  @Test
  void aTokenThatIsNotForHereIsRefused() {
    var audience = good();
    audience.setAudience("another");
    assertEquals(Denial.UNFIT, denied(audience));
    var several = good();
    several.setAudience("another", Credentials.AUDIENCE);
    assertTrue(identify(Credentials.token(several, EC, ES256)) instanceof Identity.Known);
    var issuer = good();
    issuer.setIssuer("https://evil.example.org");
    assertEquals(Denial.UNKNOWN, denied(issuer));
  }

  @Test
  void aTokenWithoutWhatItMustSayIsRefused() {
    for (var missing : List.of("exp", "aud", "tenant", "roles")) {
      var claims = good();
      claims.unsetClaim(missing);
      assertEquals(Denial.UNFIT, denied(claims), missing);
    }
    for (var tenant : List.<Object>of("", " ", "x".repeat(129), 7, List.of("acme"))) {
      var claims = good();
      claims.setClaim("tenant", tenant);
      assertEquals(Denial.UNFIT, denied(claims), () -> "tenant " + tenant);
    }
    var nameless = good();
    nameless.unsetClaim("iss");
    assertEquals(Denial.MALFORMED, denied(nameless));
  }

  @Test
  void aTokenOfAnotherKeyIsRefusedWhateverItSays() {
    var other = Credentials.issuerKey("EC", "ec");
    assertEquals(Denial.UNKNOWN, denied(Credentials.token(good(), other, ES256)));
    var unknown = Credentials.issuerKey("EC", "new");
    assertEquals(Denial.UNKNOWN, denied(Credentials.token(good(), unknown, ES256)));
    var own = Map.<String, Object>of("jwk", Map.of("kty", "EC"), "jku", "https://evil.example.org");
    assertEquals(Denial.UNKNOWN, denied(Credentials.token(good(), other, ES256, own)));
  }

  @Test
  void aTokenThatChoosesItsAlgorithmIsRefused() throws JoseException {
    var header = base64("{\"alg\":\"none\",\"kid\":\"rsa\"}");
    var unsigned = header + "." + base64(good().toJson()) + ".";
    assertTrue(identify(unsigned) instanceof Identity.Unknown, unsigned);
    // The public key as the secret of an HMAC: who knows it could make tokens.
    var confused = new JsonWebSignature();
    confused.setPayload(good().toJson());
    confused.setKeyIdHeaderValue("rsa");
    confused.setAlgorithmHeaderValue("HS256");
    confused.setKey(new SecretKeySpec(RSA.getPublicKey().getEncoded(), "HmacSHA256"));
    assertTrue(identify(confused.getCompactSerialization()) instanceof Identity.Unknown, "HS256");
    for (var algorithm : List.of("RS512", "PS256")) {
      assertTrue(
          identify(Credentials.token(good(), RSA, algorithm)) instanceof Identity.Unknown,
          algorithm);
    }
  }

  @Test
  void anExtensionThatIsNotKnownIsRefused() {
    var header = Map.<String, Object>of("crit", List.of("exotic"), "exotic", true);
    assertTrue(identify(Credentials.token(good(), EC, ES256, header)) instanceof Identity.Unknown);
  }

  @Test
  void noChangedTokenCountsAndNoneBreaksTheReader() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    var token = Credentials.token(good(), EC, ES256);
    for (var i = 0; i < 300; i++) {
      var changed = new StringBuilder(token);
      var at = random.nextInt(token.lastIndexOf('.'));
      changed.setCharAt(at, (char) ('!' + random.nextInt(94)));
      if (!changed.toString().equals(token)) {
        assertTrue(
            identify(changed.toString()) instanceof Identity.Unknown,
            () -> "seed %d: %s".formatted(seed, changed));
      }
    }
  }

  @Test
  void aHeaderOfOtherTypesIsRefused() {
    for (var header :
        List.of(
            "{}",
            "[]",
            "7",
            "{\"alg\":7,\"kid\":\"ec\"}",
            "{\"alg\":\"ES256\",\"kid\":{}}",
            "{\"alg\":\"ES256\",\"kid\":\"ec\",\"crit\":7}",
            "{\"alg\":\"ES256\",\"kid\":\"ec\",\"b64\":false,\"crit\":[\"b64\"]}",
            "{\"alg\":\"ES256\",\"alg\":\"none\",\"kid\":\"ec\"}")) {
      var token = base64(header) + "." + base64(good().toJson()) + ".AAAA";
      assertTrue(identify(token) instanceof Identity.Unknown, header);
    }
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Identity identify(String token) {
    return accounts.identify(List.of("Bearer " + token), NOW);
  }

  private static Set<Role> roles(JwtClaims claims) {
    return identify(Credentials.token(claims, EC, ES256)) instanceof Identity.Known(var caller)
        ? caller.roles()
        : Set.of();
  }

  private static Denial denied(JwtClaims claims) {
    return denied(Credentials.token(claims, EC, ES256));
  }

  private static Denial denied(String token) {
    return identify(token) instanceof Identity.Unknown(var denial) ? denial : Denial.ROLE;
  }
}
