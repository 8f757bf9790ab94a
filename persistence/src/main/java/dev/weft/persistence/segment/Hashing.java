package dev.weft.persistence.segment;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, which every Java platform has. One per thread. */
final class Hashing {

  static final int BYTES = 32;

  private final MessageDigest sha256;

  Hashing() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: none (expected: in every Java platform)", e);
    }
  }

  byte[] hash(byte[] bytes, int from, int length) {
    sha256.update(bytes, from, length);
    return sha256.digest();
  }

  byte[] hash(byte[] bytes) {
    return hash(bytes, 0, bytes.length);
  }
}
