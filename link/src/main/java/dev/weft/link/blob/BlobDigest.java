package dev.weft.link.blob;

import java.util.regex.Pattern;

/**
 * By what a file is known: the SHA-256 of all its bytes.
 *
 * @param hex 64 lower-case digits
 */
public record BlobDigest(String hex) {

  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  public BlobDigest {
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "digest: '%s' (expected: 64 lower-case hex digits of SHA-256)".formatted(hex));
    }
  }

  @Override
  public String toString() {
    return hex;
  }
}
