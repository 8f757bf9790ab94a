package dev.weft.gateway.access;

import java.security.PublicKey;

/**
 * A public key that proves who made a token.
 *
 * @param algorithm the only one it is for: {@code RS256}, {@code ES256} or {@code EdDSA}
 */
record VerifyingKey(String algorithm, PublicKey key) {}
