package dev.weft.gateway.access;

import dev.weft.fabric.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** A file with a JSON Web Key Set (RFC 7517), of which the keys that prove tokens are taken. */
final class KeySetFile {

  private static final int BYTES_MAX = 256 << 10;
  private static final int KEYS_MAX = 64;
  private static final int RSA_BITS_MIN = 2048;

  private KeySetFile() {}

  /**
   * The keys by their id. Those for encryption and of other algorithms are left out.
   *
   * @throws IllegalArgumentException if there are none, or one that must not be there
   */
  static Map<String, VerifyingKey> read(Path file) {
    var keys = new LinkedHashMap<String, VerifyingKey>();
    var listed = listed(Json.readObject(text(file)));
    if (listed.size() > KEYS_MAX) {
      throw wrong("%d keys, of at most %d", listed.size(), KEYS_MAX);
    }
    for (var i = 0; i < listed.size(); i++) {
      if (!(listed.get(i) instanceof Map<?, ?> fields)) {
        throw wrong("keys[%d] is no object", i);
      }
      var at = i;
      verifying(fields, i)
          .ifPresent(
              key -> {
                var id = Optional.ofNullable(fields.get("kid")).map(String::valueOf);
                if (keys.put(id.orElseThrow(() -> wrong("keys[%d] has no kid", at)), key) != null) {
                  throw wrong("keys[%d]: the kid of another", at);
                }
              });
    }
    if (keys.isEmpty()) {
      throw wrong("no key that proves tokens");
    }
    return keys;
  }

  private static List<?> listed(Map<String, Object> set) {
    if (set.get("keys") instanceof List<?> keys) {
      return keys;
    }
    throw wrong("no list of keys");
  }

  private static String text(Path file) {
    if (!Files.isRegularFile(file)) {
      throw wrong("not there");
    }
    try (var in = Files.newInputStream(file)) {
      var bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        throw wrong("more than %d bytes", BYTES_MAX);
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalArgumentException(e.toString(), e);
    }
  }

  private static Optional<VerifyingKey> verifying(Map<?, ?> fields, int at) {
    var type = String.valueOf(fields.get("kty"));
    if (type.equals("oct")) {
      throw wrong("keys[%d] is symmetric: who can prove tokens by it can make them", at);
    }
    if (fields.containsKey("d")) {
      throw wrong("keys[%d] is private", at);
    }
    var algorithm = algorithm(type, fields.get("crv"));
    var isForOther =
        !says(fields, "use", "sig")
            || algorithm.filter(name -> says(fields, "alg", name)).isEmpty();
    return isForOther
        ? Optional.empty()
        : Optional.of(new VerifyingKey(algorithm.get(), key(fields, at)));
  }

  /** Whether a field says this, or nothing. */
  private static boolean says(Map<?, ?> fields, String name, String value) {
    return !fields.containsKey(name) || value.equals(fields.get(name));
  }

  /** The algorithm that keys of this type are taken for. */
  private static Optional<String> algorithm(String type, @Nullable Object curve) {
    return switch (curve == null ? type : type + " " + curve) {
      case "RSA" -> Optional.of(AlgorithmIdentifiers.RSA_USING_SHA256);
      case "EC P-256" -> Optional.of(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
      case "OKP Ed25519" -> Optional.of(AlgorithmIdentifiers.EDDSA);
      default -> Optional.empty();
    };
  }

  private static PublicKey key(Map<?, ?> fields, int at) {
    var named = new LinkedHashMap<String, Object>();
    fields.forEach((name, value) -> named.put(String.valueOf(name), value));
    try {
      var key = PublicJsonWebKey.Factory.newPublicJwk(named).getPublicKey();
      if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < RSA_BITS_MIN) {
        throw wrong(
            "keys[%d] has %d bits, of at least %d", at, rsa.getModulus().bitLength(), RSA_BITS_MIN);
      }
      return key;
    } catch (JoseException | ClassCastException e) {
      throw new IllegalArgumentException("keys[%d]: %s".formatted(at, e.getMessage()), e);
    }
  }

  private static IllegalArgumentException wrong(String format, Object... arguments) {
    return new IllegalArgumentException(format.formatted(arguments));
  }
}
