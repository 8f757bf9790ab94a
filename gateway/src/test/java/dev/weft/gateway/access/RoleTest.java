package dev.weft.gateway.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RoleTest {

  @Test
  void eachRoleMayDoWhatItIsForAndNothingElse() {
    assertEquals(Set.of(Right.OPEN, Right.MODELS, Right.INFER), rights(Role.INFER));
    assertEquals(Set.of(Right.OPEN, Right.MODELS, Right.OBSERVE), rights(Role.OBSERVE));
    assertEquals(
        Set.of(Right.OPEN, Right.MODELS, Right.OBSERVE, Right.OPERATE), rights(Role.OPERATE));
    assertEquals(EnumSet.allOf(Right.class), rights(Role.ADMIN));
  }

  @Test
  void severalRolesMayDoWhatOneOfThemMay() {
    var caller = new Caller("k", Optional.of("acme"), Set.of(Role.INFER, Role.OBSERVE));
    assertTrue(caller.may(Right.INFER));
    assertTrue(caller.may(Right.OBSERVE));
    assertFalse(caller.may(Right.OPERATE));
  }

  @Test
  void whoMayNotIsToldWhichRolesMay() {
    var caller = new Caller("k", Optional.of("acme"), Set.of(Role.INFER));
    var refused = assertThrows(AccessException.class, () -> caller.requireMay(Right.OBSERVE));
    assertEquals(Denial.ROLE, refused.denial());
    assertEquals(
        "role: infer (expected: one that may observe: observe, operate, admin)",
        refused.getMessage());
  }

  @Test
  void theTenantIsThatOfTheCredential() {
    var caller = new Caller("k", Optional.of("acme"), Set.of(Role.INFER, Role.OPERATE));
    assertEquals(Optional.of("acme"), caller.tenant(Optional.empty()));
    assertEquals(Optional.of("acme"), caller.tenant(Optional.of("acme")));
    var refused = assertThrows(AccessException.class, () -> caller.tenant(Optional.of("globex")));
    assertEquals(Denial.TENANT, refused.denial());
    assertTrue(
        String.valueOf(refused.getMessage()).contains("'globex' (expected: 'acme'"),
        refused.getMessage());
  }

  @Test
  void anAdminActsForAnyTenantAndForHisOwnIfHeNamesNone() {
    var admin = new Caller("k", Optional.of("acme"), Set.of(Role.ADMIN));
    assertEquals(Optional.of("globex"), admin.tenant(Optional.of("globex")));
    assertEquals(Optional.of("acme"), admin.tenant(Optional.empty()));
  }

  @Test
  void whereNobodyIsAskedTenantsAreAsRequestsSay() {
    assertEquals(Optional.empty(), Caller.anyone().tenant(Optional.empty()));
    assertEquals(Optional.of("globex"), Caller.anyone().tenant(Optional.of("globex")));
    assertTrue(Arrays.stream(Right.values()).allMatch(Caller.anyone()::may));
  }

  private static Set<Right> rights(Role role) {
    return Arrays.stream(Right.values()).filter(role::may).collect(Collectors.toSet());
  }
}
