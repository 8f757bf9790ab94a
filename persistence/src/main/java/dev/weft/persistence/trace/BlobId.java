package dev.weft.persistence.trace;

/**
 * The address of a blob: the SHA-256 of its bytes as stored, in 64 hexadecimal digits.
 *
 * @param hex lower case
 */
public record BlobId(String hex) {

  public BlobId {
    if (!hex.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "blob: '%s' (expected: 64 hexadecimal digits)".formatted(hex));
    }
  }
}
