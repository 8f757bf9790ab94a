package dev.weft.persistence.segment;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256 in Galois/Counter Mode: a nonce of 12 random bytes, the ciphertext, a tag of 16 bytes.
 * Random nonces, because a number or sequence may come again with other bytes after a group that
 * failed; good for 2^32 records of one session (NIST SP 800-38D, §8.3). For one thread.
 */
final class Sealing {

  static final int EXTRA_BYTES = 12 + 16;

  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int KEY_BITS = 256;

  private final SecureRandom random;
  private final Cipher cipher;

  Sealing(SecureRandom random) {
    this.random = random;
    try {
      cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES/GCM: none (expected: in every Java platform)", e);
    }
  }

  SecretKey newKey() {
    try {
      var generator = KeyGenerator.getInstance("AES");
      generator.init(KEY_BITS, random);
      return generator.generateKey();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES: none (expected: in every Java platform)", e);
    }
  }

  /**
   * Puts {@code plain}, sealed together with {@code aadLength} bytes beside it, into {@code to}.
   */
  void seal(SecretKey key, byte[] aad, int aadAt, int aadLength, byte[] plain, ByteBuffer to) {
    try {
      var nonce = new byte[NONCE_BYTES];
      random.nextBytes(nonce);
      to.put(nonce);
      cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(aad, aadAt, aadLength);
      cipher.doFinal(ByteBuffer.wrap(plain), to);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a payload that cannot be sealed", e);
    }
  }

  /** {@code plain} sealed in an array of its own. */
  byte[] seal(SecretKey key, byte[] aad, byte[] plain) {
    var sealed = new byte[plain.length + EXTRA_BYTES];
    seal(key, aad, 0, aad.length, plain, ByteBuffer.wrap(sealed));
    return sealed;
  }

  /**
   * What was sealed.
   *
   * @throws GeneralSecurityException if these are not the bytes, the key or the bytes beside them
   */
  byte[] unseal(SecretKey key, byte[] aad, int aadLength, byte[] sealed, int at, int length)
      throws GeneralSecurityException {
    if (length < EXTRA_BYTES) {
      throw new GeneralSecurityException("%d bytes (expected: >= 28)".formatted(length));
    }
    cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, sealed, at, NONCE_BYTES));
    cipher.updateAAD(aad, 0, aadLength);
    return cipher.doFinal(sealed, at + NONCE_BYTES, length - NONCE_BYTES);
  }
}
