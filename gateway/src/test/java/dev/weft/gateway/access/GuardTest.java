package dev.weft.gateway.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GuardTest {

  private static final Instant NOW = Instant.parse("2026-11-29T10:00:00Z");
  private static final ApiKey KEY = Credentials.key(1);

  private final Accounts accounts =
      new Accounts(
          List.of(
              new KeyAccount(
                  KEY.id(),
                  "acme",
                  Set.of(Role.INFER),
                  KeyHash.of(KEY, new byte[KeyHash.SALT_BYTES]),
                  Optional.empty())),
          List.of());

  private final Guard guard = new Guard(() -> Optional.of(accounts), InstantSource.fixed(NOW));

  @Test
  void withoutAccountsEverybodyMayDoEverything() {
    var open = new Guard(Optional::empty, InstantSource.fixed(NOW));
    var admission = open.admit(Right.OPERATE, List.of("what", "ever"), "::1");
    assertEquals(Optional.of("x"), admission.tenant(Optional.of("x")));
  }

  @Test
  void whatIsOpenAsksNobody() {
    guard.admit(Right.OPEN, List.of(), "::1");
    guard.admit(Right.OPEN, List.of("Bearer wrong"), "::1");
  }

  @Test
  void whoHasNoCredentialAndWhoHasAWrongOneReadTheSame() {
    var missing = refused(Right.INFER, List.of());
    var wrong = refused(Right.INFER, List.of("Bearer " + Credentials.key(2).shown()));
    assertEquals(missing.getMessage(), wrong.getMessage());
    assertEquals(Denial.MISSING, missing.denial());
    assertEquals(Denial.UNKNOWN, wrong.denial());
    assertTrue(!missing.denial().isForbidden() && !wrong.denial().isForbidden());
  }

  @Test
  void refusalsAreCountedByReason() {
    var shown = List.of("Bearer " + KEY.shown());
    var admission = guard.admit(Right.INFER, shown, "::1");
    assertThrows(AccessException.class, () -> admission.tenant(Optional.of("globex")));
    assertTrue(refused(Right.OPERATE, shown).denial().isForbidden());
    refused(Right.OPERATE, List.of());
    assertEquals(1, guard.refusals().count(Denial.TENANT));
    assertEquals(1, guard.refusals().count(Denial.ROLE));
    assertEquals(1, guard.refusals().count(Denial.MISSING));
    assertEquals(0, guard.refusals().count(Denial.UNKNOWN));
  }

  @Test
  void refusalsAreToldInOneLineASecond() {
    var refusals = new Refusals();
    assertEquals(
        Optional.of("turned away: 1 missing; the last from ::1"),
        refusals.refused(Denial.MISSING, "::1", NOW));
    for (var i = 0; i < 999; i++) {
      assertEquals(Optional.empty(), refusals.refused(Denial.UNKNOWN, "::2", NOW.plusMillis(i)));
    }
    assertEquals(
        Optional.of("turned away: 1 missing, 999 unknown; the last from ::3"),
        refusals.refused(Denial.MISSING, "::3", NOW.plusSeconds(1)));
    // A clock that is set back does not silence it.
    assertTrue(refusals.refused(Denial.MISSING, "::4", NOW.minusSeconds(60)).isPresent());
  }

  private AccessException refused(Right right, List<String> authorization) {
    return assertThrows(
        AccessException.class, () -> guard.admit(right, authorization, "192.0.2.1"));
  }
}
