package dev.weft.link.certificate;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;

/** A kind of key. */
public enum KeyKind {
  /** NIST P-256: small and quick. */
  EC("SHA256withECDSA") {
    @Override
    KeyPair make(SecureRandom random) throws GeneralSecurityException {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    }
  },
  /** RSA of 3072 bits, for programs that read no other, as Akka's own engine for rotating keys. */
  RSA("SHA256withRSA") {
    @Override
    KeyPair make(SecureRandom random) throws GeneralSecurityException {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(RSA_BITS, random);
      return generator.generateKeyPair();
    }
  };

  private static final int RSA_BITS = 3_072;

  private final String signature;

  KeyKind(String signature) {
    this.signature = signature;
  }

  abstract KeyPair make(SecureRandom random) throws GeneralSecurityException;

  /** What a key of it signs with. */
  String signature() {
    return signature;
  }

  static KeyKind of(String algorithm) {
    return algorithm.equals("RSA") ? RSA : EC;
  }
}
