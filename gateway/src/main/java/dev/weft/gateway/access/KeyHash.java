package dev.weft.gateway.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What is kept of a key: a salt, and the HMAC-SHA256 (RFC 2104) of the whole key under it. Written
 * {@code hmac-sha256:SALT:HASH}, both in base64url.
 */
public final class KeyHash {

  /** Random bytes of a salt. */
  public static final int SALT_BYTES = 16;

  private static final String ALGORITHM = "HmacSHA256";
  private static final String NAME = "hmac-sha256";
  private static final Pattern WRITTEN =
      Pattern.compile(NAME + ":([A-Za-z0-9_-]{21}[AQgw]):([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])");

  private final byte[] salt;
  private final byte[] hash;

  private KeyHash(byte[] salt, byte[] hash) {
    this.salt = salt;
    this.hash = hash;
  }

  /**
   * The hash of a key.
   *
   * @param salt {@value #SALT_BYTES} random bytes
   */
  public static KeyHash of(ApiKey key, byte[] salt) {
    return new KeyHash(salt.clone(), hash(key, salt));
  }

  /** What {@link #written} wrote; empty if {@code text} is not that. */
  static Optional<KeyHash> parse(String text) {
    var written = WRITTEN.matcher(text);
    return written.matches()
        ? Optional.of(
            new KeyHash(
                Base64.getUrlDecoder().decode(written.group(1)),
                Base64.getUrlDecoder().decode(written.group(2))))
        : Optional.empty();
  }

  /** Takes as long for any key, whether it is the one or not. */
  boolean isOf(ApiKey key) {
    return MessageDigest.isEqual(hash, hash(key, salt));
  }

  private static byte[] hash(ApiKey key, byte[] salt) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(salt, ALGORITHM));
      return mac.doFinal(key.shown().getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(ALGORITHM + ": every Java has it", e);
    }
  }

  /** As it stands in an access file. */
  public String written() {
    var base64 = Base64.getUrlEncoder().withoutPadding();
    return NAME + ":" + base64.encodeToString(salt) + ":" + base64.encodeToString(hash);
  }
}
