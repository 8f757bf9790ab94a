package dev.weft.gateway.access;

import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A key as its holder shows it, {@code weft_ID_SECRET}: made here, so that its secret has as many
 * random bits as a hash has and a fast hash of it is as good as a slow one.
 *
 * @param id {@value #ID_LENGTH} small letters; no secret
 * @param secret {@value #SECRET_BYTES} random bytes in base64url
 */
public record ApiKey(String id, String secret) {

  static final int ID_LENGTH = 12;
  static final int SECRET_BYTES = 32;

  private static final Pattern ID = Pattern.compile("[a-z]{" + ID_LENGTH + "}");

  /** The last of 43 digits of base64 carries two bits that are no part of 32 bytes: they are 0. */
  private static final Pattern SHOWN =
      Pattern.compile("weft_(" + ID.pattern() + ")_([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])");

  private static final int SHOWN_LENGTH = "weft_".length() + ID_LENGTH + 1 + 43;

  /** Most random bytes that {@link #of} needs. */
  public static final int RANDOM_BYTES = ID_LENGTH + SECRET_BYTES;

  public ApiKey {
    if (!isId(id)) {
      throw new IllegalArgumentException("id: '%s' (expected: %s)".formatted(id, ID.pattern()));
    }
  }

  /**
   * A new key.
   *
   * @param random {@value #RANDOM_BYTES} bytes that nobody can guess
   */
  public static ApiKey of(byte[] random) {
    var id = new StringBuilder();
    for (var i = 0; i < ID_LENGTH; i++) {
      id.append((char) ('a' + Byte.toUnsignedInt(random[i]) % 26));
    }
    var secret = new byte[SECRET_BYTES];
    System.arraycopy(random, ID_LENGTH, secret, 0, SECRET_BYTES);
    return new ApiKey(
        id.toString(), Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  /** The key that is shown; empty if {@code text} is none. */
  static Optional<ApiKey> parse(String text) {
    if (text.length() != SHOWN_LENGTH) {
      return Optional.empty();
    }
    var shown = SHOWN.matcher(text);
    return shown.matches()
        ? Optional.of(new ApiKey(shown.group(1), shown.group(2)))
        : Optional.empty();
  }

  static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  /** As its holder shows it. */
  public String shown() {
    return "weft_" + id + "_" + secret;
  }

  /** Keeps the secret out of logs. */
  @Override
  public String toString() {
    return "ApiKey[" + id + "]";
  }
}
