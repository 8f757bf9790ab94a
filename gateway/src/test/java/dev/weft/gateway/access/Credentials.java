package dev.weft.gateway.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;

/** Keys and tokens for tests, and the access files that know them. */
public final class Credentials {

  /** What tokens say of their maker and for whom they are, if nothing else is said. */
  public static final String ISSUER = "https://login.example.org";

  public static final String AUDIENCE = "weft";

  private Credentials() {}

  /** The key that follows from a number. */
  public static ApiKey key(int number) {
    var random = new byte[ApiKey.RANDOM_BYTES];
    for (var i = 0; i < random.length; i++) {
      random[i] = (byte) (number * 31 + i * 7);
    }
    return ApiKey.of(random);
  }

  /** A line of an access file's {@code keys}. */
  public static String line(ApiKey key, String tenant, String roles) {
    var named =
        Arrays.stream(roles.split(", "))
            .map(role -> Role.named(role).orElseThrow())
            .collect(Collectors.toSet());
    return KeyAccount.create(key, tenant, named, new byte[KeyHash.SALT_BYTES], Optional.empty())
            .line()
        + "\n";
  }

  /** An access file of keys. */
  public static String file(String... lines) {
    return "apiVersion: weft/v1\nkind: Access\nkeys:\n" + String.join("", lines);
  }

  /** Settings below {@code weft} with an access file of keys in {@code folder}. */
  public static String access(Path folder, String... lines) throws IOException {
    var file = Files.writeString(folder.resolve("access.yaml"), file(lines));
    return "gateway.access = \"%s\"".formatted(file);
  }

  /** The header, name and value, by which a request shows a key. */
  public static String[] as(ApiKey key) {
    return new String[] {"Authorization", "Bearer " + key.shown()};
  }

  /** An access file of one issuer whose key is in {@code issuer.jwks} beside it. */
  public static Path issuerFile(Path folder, JsonWebKey... keys) throws IOException {
    Files.writeString(folder.resolve("issuer.jwks"), new JsonWebKeySet(List.of(keys)).toJson());
    return Files.writeString(
        folder.resolve("access.yaml"),
        """
        apiVersion: weft/v1
        kind: Access
        issuers:
          - {name: "%s", audience: %s, keys: issuer.jwks}
        """
            .formatted(ISSUER, AUDIENCE));
  }

  /** A key pair of an issuer, {@code RSA}, {@code EC} or {@code Ed25519}, as a JSON Web Key. */
  public static PublicJsonWebKey issuerKey(String type, String id) {
    try {
      var generator = KeyPairGenerator.getInstance(type);
      if (!type.equals("Ed25519")) {
        generator.initialize(type.equals("RSA") ? 2048 : 256);
      }
      KeyPair pair = generator.generateKeyPair();
      var key = PublicJsonWebKey.Factory.newPublicJwk(pair.getPublic());
      key.setPrivateKey(pair.getPrivate());
      key.setKeyId(id);
      return key;
    } catch (GeneralSecurityException | JoseException e) {
      throw new AssertionError(e);
    }
  }

  /** Claims of a token that is good from {@code now} on for a minute. */
  public static JwtClaims claims(String tenant, List<String> roles, Instant now) {
    var claims = new JwtClaims();
    claims.setIssuer(ISSUER);
    claims.setAudience(AUDIENCE);
    claims.setSubject("till-3");
    claims.setIssuedAt(NumericDate.fromSeconds(now.getEpochSecond() - 60));
    claims.setExpirationTime(NumericDate.fromSeconds(now.getEpochSecond() + 60));
    claims.setClaim("tenant", tenant);
    claims.setClaim("roles", roles);
    return claims;
  }

  /** A token, signed. */
  public static String token(JwtClaims claims, PublicJsonWebKey key, String algorithm) {
    return token(claims, key, algorithm, Map.of());
  }

  static String token(
      JwtClaims claims, PublicJsonWebKey key, String algorithm, Map<String, Object> header) {
    var signature = new JsonWebSignature();
    signature.setPayload(claims.toJson());
    signature.setKey(key.getPrivateKey());
    signature.setKeyIdHeaderValue(key.getKeyId());
    signature.setAlgorithmHeaderValue(algorithm);
    header.forEach(signature.getHeaders()::setObjectHeaderValue);
    try {
      return signature.getCompactSerialization();
    } catch (JoseException e) {
      throw new AssertionError(e);
    }
  }
}
