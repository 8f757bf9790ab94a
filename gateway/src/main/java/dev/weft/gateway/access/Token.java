package dev.weft.gateway.access;

import java.util.Optional;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.lang.JoseException;

/**
 * A JSON Web Token (RFC 7519) as it is shown, with what it says of itself: nothing of that is
 * proven yet.
 *
 * @param text compact, three parts
 * @param issuer who it says has made it
 * @param keyId by which of his keys
 */
record Token(String text, String issuer, String keyId) {

  private static final int PARTS = 3;

  /** The token in {@code text}; empty if it is none, or does not say who made it with which key. */
  static Optional<Token> parse(String text) {
    if (text.chars().filter(character -> character == '.').count() != PARTS - 1) {
      return Optional.empty();
    }
    try {
      var signature = new JsonWebSignature();
      signature.setCompactSerialization(text);
      var keyId = Optional.ofNullable(signature.getKeyIdHeaderValue());
      var issuer =
          Optional.ofNullable(JwtClaims.parse(signature.getUnverifiedPayload()).getIssuer());
      return issuer.isPresent() && keyId.isPresent()
          ? Optional.of(new Token(text, issuer.get(), keyId.get()))
          : Optional.empty();
    } catch (JoseException
        | InvalidJwtException
        | MalformedClaimException
        | ClassCastException
        | IllegalArgumentException e) {
      // The library casts what stands in a header to what should stand there.
      return Optional.empty();
    }
  }

  /** Keeps it out of logs. */
  @Override
  public String toString() {
    return "Token[" + keyId + "]";
  }
}
