package dev.weft.gateway.access;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;

/**
 * Who makes tokens, and which of them count: signed by a key of his, by the algorithm of that key,
 * made for this audience, neither over nor early, with a tenant and roles in their claims.
 *
 * @param name as it stands in {@code iss}
 * @param audience one that must stand in {@code aud}
 * @param keys by their id
 * @param skew how far the clocks of both may be apart
 */
record TokenIssuer(
    String name,
    String audience,
    Map<String, VerifyingKey> keys,
    String tenantClaim,
    String rolesClaim,
    Duration skew) {

  private static final int TENANT_LENGTH_MAX = 128;
  private static final int NAME_LENGTH_MAX = 128;

  /** What could feign a line of a log, where names of callers stand. */
  private static final Predicate<String> IS_UNPRINTABLE =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]").asPredicate();

  TokenIssuer {
    keys = Map.copyOf(keys);
  }

  Identity identify(Token token, Instant now) {
    var key = keys.get(token.keyId());
    if (key == null) {
      return new Identity.Unknown(Denial.UNKNOWN);
    }
    try {
      return identified(token, consumer(key, now).processToClaims(token.text()));
    } catch (InvalidJwtException e) {
      return new Identity.Unknown(denial(e));
    } catch (ClassCastException | IllegalArgumentException e) {
      // The library casts what stands in a header to what should stand there.
      return new Identity.Unknown(Denial.MALFORMED);
    }
  }

  private JwtConsumer consumer(VerifyingKey key, Instant now) {
    return new JwtConsumerBuilder()
        .setVerificationKey(key.key())
        .setJwsAlgorithmConstraints(ConstraintType.PERMIT, key.algorithm())
        .setExpectedIssuer(name)
        .setExpectedAudience(audience)
        .setRequireExpirationTime()
        .setAllowedClockSkewInSeconds(Math.toIntExact(skew.toSeconds()))
        .setEvaluationTime(NumericDate.fromSeconds(now.getEpochSecond()))
        .build();
  }

  private static Denial denial(InvalidJwtException problem) {
    if (problem.hasErrorCode(ErrorCodes.SIGNATURE_INVALID)
        || problem.hasErrorCode(ErrorCodes.SIGNATURE_MISSING)) {
      return Denial.UNKNOWN;
    }
    return problem.hasExpired() ? Denial.EXPIRED : Denial.UNFIT;
  }

  private Identity identified(Token token, JwtClaims claims) {
    var tenant = tenant(claims);
    var roles = roles(claims);
    return tenant.isPresent() && !roles.isEmpty()
        ? new Identity.Known(new Caller(subject(token, claims), tenant, roles))
        : new Identity.Unknown(Denial.UNFIT);
  }

  private Optional<String> tenant(JwtClaims claims) {
    return claims.getClaimValue(tenantClaim) instanceof String tenant
            && !tenant.isBlank()
            && tenant.length() <= TENANT_LENGTH_MAX
        ? Optional.of(tenant)
        : Optional.empty();
  }

  /** Roles that are none of Weft's are for others, and ignored. */
  private Set<Role> roles(JwtClaims claims) {
    var words =
        switch (claims.getClaimValue(rolesClaim)) {
          case String word -> List.of(word);
          case List<?> several -> several;
          case null, default -> List.of();
        };
    return words.stream()
        .flatMap(word -> Role.named(String.valueOf(word)).stream())
        .collect(Collectors.toSet());
  }

  private static String subject(Token token, JwtClaims claims) {
    try {
      return Optional.ofNullable(claims.getSubject())
          .filter(subject -> subject.length() <= NAME_LENGTH_MAX)
          .filter(IS_UNPRINTABLE.negate())
          .orElse(token.keyId());
    } catch (MalformedClaimException e) {
      return token.keyId();
    }
  }
}
