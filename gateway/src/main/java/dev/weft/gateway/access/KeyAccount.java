package dev.weft.gateway.access;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An account whose credential is a key.
 *
 * @param expires when the key is over; empty for never
 */
public record KeyAccount(
    String id, String tenant, Set<Role> roles, KeyHash hash, Optional<Instant> expires) {

  /** As in manifests, and quoted where it is written: a name of digits is a number otherwise. */
  private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  public KeyAccount {
    roles = Set.copyOf(roles);
  }

  /**
   * An account for a new key.
   *
   * @param salt {@value KeyHash#SALT_BYTES} random bytes
   * @throws IllegalArgumentException if the tenant's name is none
   */
  public static KeyAccount create(
      ApiKey key, String tenant, Set<Role> roles, byte[] salt, Optional<Instant> expires) {
    if (!TENANT.matcher(tenant).matches()) {
      throw new IllegalArgumentException(
          "tenant: '%s' (expected: up to 64 letters, digits, '.', '_' or '-')".formatted(tenant));
    }
    return new KeyAccount(key.id(), tenant, roles, KeyHash.of(key, salt), expires);
  }

  /** As it stands below {@code keys} of an access file. */
  public String line() {
    var words = EnumSet.copyOf(roles).stream().map(Role::word).collect(Collectors.joining(", "));
    return "  - {id: %s, tenant: \"%s\", roles: [%s], hash: \"%s\"%s}"
        .formatted(
            id,
            tenant,
            words,
            hash.written(),
            expires.map(end -> ", expires: \"" + end + "\"").orElse(""));
  }

  boolean isOver(Instant now) {
    return expires.filter(end -> !now.isBefore(end)).isPresent();
  }

  Caller caller() {
    return new Caller(id, Optional.of(tenant), roles);
  }
}
