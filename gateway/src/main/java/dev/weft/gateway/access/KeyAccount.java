package dev.weft.gateway.access;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * An account whose credential is a key.
 *
 * @param expires when the key is over; empty for never
 */
public record KeyAccount(
    String id, String tenant, Set<Role> roles, KeyHash hash, Optional<Instant> expires) {

  public KeyAccount {
    roles = Set.copyOf(roles);
  }

  boolean isOver(Instant now) {
    return expires.filter(end -> !now.isBefore(end)).isPresent();
  }

  Caller caller() {
    return new Caller(id, Optional.of(tenant), roles);
  }
}
