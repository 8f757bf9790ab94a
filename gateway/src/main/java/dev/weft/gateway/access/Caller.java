package dev.weft.gateway.access;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who calls, as his credential says.
 *
 * @param name for people: a key's id or a token's subject
 * @param tenant for whom he acts; empty where nobody is asked who he is
 */
public record Caller(String name, Optional<String> tenant, Set<Role> roles) {

  private static final Caller ANYONE = new Caller("anyone", Optional.empty(), Set.of(Role.ADMIN));

  public Caller {
    roles = Set.copyOf(roles);
  }

  /** Who calls where nobody is asked who he is: he may do everything. */
  public static Caller anyone() {
    return ANYONE;
  }

  public boolean may(Right right) {
    return roles.stream().anyMatch(role -> role.may(right));
  }

  /**
   * @throws AccessException if his roles do not have {@code right}
   */
  void requireMay(Right right) {
    if (!may(right)) {
      throw AccessException.forbidden(
          Denial.ROLE,
          "role: %s (expected: one that may %s: %s)"
              .formatted(
                  words(roles),
                  right.verb(),
                  words(
                      Arrays.stream(Role.values())
                          .filter(role -> role.may(right))
                          .collect(Collectors.toSet()))));
    }
  }

  /**
   * For whom a request is run: the tenant it names, or his own if it names none.
   *
   * @return empty if neither is there
   * @throws AccessException if it names a tenant that he may not act for
   */
  Optional<String> tenant(Optional<String> named) {
    if (named.isEmpty() || named.equals(tenant) || isAdmin()) {
      return named.or(() -> tenant);
    }
    throw AccessException.forbidden(
        Denial.TENANT,
        "tenant: '%s' (expected: '%s', whose the credential is, or none)"
            .formatted(named.get(), tenant.orElse("")));
  }

  /** Whether he may act for any tenant. */
  public boolean isAdmin() {
    return roles.contains(Role.ADMIN);
  }

  /**
   * Whether he may see what became of a frame of this tenant.
   *
   * @param owner empty if it was run for none
   */
  public boolean maySeeFramesOf(String owner) {
    return isAdmin() || tenant.filter(owner::equals).isPresent();
  }

  private static String words(Set<Role> roles) {
    return roles.isEmpty()
        ? "none"
        : EnumSet.copyOf(roles).stream().map(Role::word).collect(Collectors.joining(", "));
  }
}
