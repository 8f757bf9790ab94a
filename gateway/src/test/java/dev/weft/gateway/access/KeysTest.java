package dev.weft.gateway.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Keys: how they are made, kept, shown and told apart. */
class KeysTest {

  private static final Instant NOW = Instant.parse("2026-11-29T10:00:00Z");
  private static final ApiKey KEY = Credentials.key(1);

  private static final Accounts ACCOUNTS =
      new Accounts(List.of(account(KEY, Optional.empty())), List.of());

  private static KeyAccount account(ApiKey key, Optional<Instant> expires) {
    var hash = KeyHash.of(key, new byte[KeyHash.SALT_BYTES]);
    return new KeyAccount(key.id(), "acme", Set.of(Role.INFER), hash, expires);
  }

  @Test
  void aKeyIsReadAsItWasMade() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    for (var i = 0; i < 1_000; i++) {
      var bytes = new byte[ApiKey.RANDOM_BYTES];
      random.nextBytes(bytes);
      var key = ApiKey.of(bytes);
      assertEquals(Optional.of(key), ApiKey.parse(key.shown()), "seed " + seed);
      assertFalse(key.toString().contains(key.secret()), "a secret in a log");
    }
  }

  @Test
  void aHashIsThatOfItsKeyOnlyAndDependsOnItsSalt() {
    var salt = new byte[KeyHash.SALT_BYTES];
    var hash = KeyHash.of(KEY, salt);
    salt[0] = 1;
    var other = KeyHash.of(KEY, salt);
    assertNotEquals(hash.written(), other.written());
    assertTrue(hash.isOf(KEY));
    assertFalse(hash.isOf(Credentials.key(2)));
    assertTrue(KeyHash.parse(other.written()).orElseThrow().isOf(KEY));
    assertFalse(hash.written().contains(KEY.secret()));
  }

  @Test
  void whatIsNoHashIsNone() {
    var written = KeyHash.of(KEY, new byte[KeyHash.SALT_BYTES]).written();
    for (var wrong :
        List.of(
            "",
            "hmac-sha256:",
            written + "A",
            written.substring(1),
            written + "\n",
            written.replace("hmac", "md5"),
            written.substring(0, written.length() - 1) + "B")) {
      assertEquals(Optional.empty(), KeyHash.parse(wrong).map(KeyHash::written), wrong);
    }
  }

  @Test
  void aKnownKeyIsItsAccount() {
    var caller = known("Bearer " + KEY.shown());
    assertEquals(new Caller(KEY.id(), Optional.of("acme"), Set.of(Role.INFER)), caller);
    assertEquals(caller, known("bearer  " + KEY.shown() + " "));
  }

  @Test
  void aKeyThatIsNotKnownIsNobody() {
    assertEquals(Denial.UNKNOWN, denied("Bearer " + Credentials.key(2).shown()));
    var sameId = new ApiKey(KEY.id(), Credentials.key(2).secret());
    assertEquals(Denial.UNKNOWN, denied("Bearer " + sameId.shown()));
  }

  @Test
  void aKeyThatIsOverIsRefusedFromThatInstantOn() {
    var accounts = new Accounts(List.of(account(KEY, Optional.of(NOW))), List.of());
    var shown = List.of("Bearer " + KEY.shown());
    assertEquals(new Identity.Unknown(Denial.EXPIRED), accounts.identify(shown, NOW));
    assertTrue(accounts.identify(shown, NOW.minusNanos(1)) instanceof Identity.Known);
  }

  @Test
  void whatIsNoCredentialIsRefusedUnread() {
    assertEquals(new Identity.Unknown(Denial.MISSING), ACCOUNTS.identify(List.of(), NOW));
    for (var wrong :
        List.of(
            "",
            "Bearer",
            "Bearer ",
            KEY.shown(),
            "Basic " + KEY.shown(),
            "Bearer\t" + KEY.shown(),
            " Bearer " + KEY.shown(),
            "Bearer " + KEY.shown() + ", Bearer " + KEY.shown(),
            "Bearer " + KEY.shown() + " " + KEY.shown(),
            "Bearer " + KEY.shown().toUpperCase(java.util.Locale.ROOT),
            "Bearer " + "a".repeat(Accounts.CREDENTIAL_LENGTH_MAX))) {
      assertEquals(Denial.MALFORMED, denied(wrong), wrong);
    }
  }

  @Test
  void twoHeadersAreRefusedEvenIfOneIsRight() {
    var right = "Bearer " + KEY.shown();
    for (var both : List.of(List.of(right, right), List.of(right, "x"), List.of("x", right))) {
      assertEquals(new Identity.Unknown(Denial.MALFORMED), ACCOUNTS.identify(both, NOW));
    }
  }

  private static Caller known(String header) {
    return ACCOUNTS.identify(List.of(header), NOW) instanceof Identity.Known(var caller)
        ? caller
        : new Caller("nobody", Optional.empty(), Set.of());
  }

  private static Denial denied(String header) {
    return ACCOUNTS.identify(List.of(header), NOW) instanceof Identity.Unknown(var denial)
        ? denial
        : Denial.ROLE;
  }
}
