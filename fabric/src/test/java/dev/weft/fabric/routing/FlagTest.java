package dev.weft.fabric.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlagTest {

  private static final int KEYS = 20_000;

  private static Flag flag(String name, int share) {
    return new Flag(name, "session", new FlagRule(share), false);
  }

  @Test
  void raisingAShareKeepsAllWhoWereInAndLoweringLetsNobodyIn() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    for (var i = 0; i < KEYS; i++) {
      var one = random.nextInt(FlagRule.WHOLE + 1);
      var other = random.nextInt(FlagRule.WHOLE + 1);
      var key = Long.toString(random.nextLong(), 36);
      if (flag("p.g", Math.min(one, other)).isOn(key)) {
        assertTrue(
            flag("p.g", Math.max(one, other)).isOn(key),
            "%s of %d and %d, seed %d".formatted(key, one, other, seed));
      }
    }
  }

  /** Within five standard deviations of a fair draw: missed once in a million seeds. */
  @Test
  void aShareIsOnForThatPartOfTheKeys() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    for (var share : new int[] {25, 1_000, 5_000, 9_000}) {
      var on = 0;
      for (var i = 0; i < KEYS; i++) {
        on += flag("p.g", share).isOn("user-" + random.nextLong()) ? 1 : 0;
      }
      var part = (double) share / FlagRule.WHOLE;
      assertEquals(
          part * KEYS, on, 5 * Math.sqrt(KEYS * part * (1 - part)), share + ", seed " + seed);
    }
  }

  @Test
  void sharesOfTwoFlagsAreIndependent() {
    var both = 0;
    for (var i = 0; i < KEYS; i++) {
      both += flag("p.a", 5_000).isOn("k" + i) && flag("p.b", 5_000).isOn("k" + i) ? 1 : 0;
    }
    assertEquals(KEYS / 4.0, both, 400);
  }

  /** Other programs and later versions place the same keys alike. */
  @Test
  void theHashIsTheOneThatIsDocumented() {
    var in = new StringBuilder();
    for (var i = 0; i < 24; i++) {
      in.append(flag("kiosk.rerank", 5_000).isOn("user-" + i) ? 'x' : '.');
    }
    assertEquals("...x..xx.xxx.x.x.x.xxx.x", in.toString());
  }

  @Test
  void onAndOffAskForNoKey() {
    assertTrue(flag("p.g", FlagRule.WHOLE).isOn(name -> fail(name)));
    assertFalse(flag("p.g", 0).isOn(name -> fail(name)));
  }

  private static String fail(String name) {
    throw new AssertionError("asked for " + name);
  }

  @ParameterizedTest
  @CsvSource({"on,10000", "off,0", "10%,1000", "0.25%,25", "99.99%,9999", "0%,0", "100%,10000"})
  void wordsAreRules(String word, int share) {
    var rule = FlagRule.of(word).orElseThrow();
    assertEquals(share, rule.share());
    assertEquals(Optional.of(rule), FlagRule.of(rule.word()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "ON", "10", "101%", "100.01%", "-1%", "0.001%", "1e1%", "ten%", " on"})
  void otherWordsAreNone(String word) {
    assertEquals(Optional.empty(), FlagRule.of(word));
  }

  @Test
  void everyShareIsTheSameAfterItsWord() {
    for (var share = 0; share <= FlagRule.WHOLE; share++) {
      var rule = new FlagRule(share);
      assertEquals(Optional.of(rule), FlagRule.of(rule.word()));
    }
    assertThrows(IllegalArgumentException.class, () -> new FlagRule(FlagRule.WHOLE + 1));
  }

  @Test
  void theRuleIsToldWithWhereItIsFrom() {
    assertEquals("10% by session, as set", flag("p.g", 1_000).why());
    assertEquals("off, as declared", new Flag("p.g", "session", FlagRule.OFF, true).why());
  }
}
