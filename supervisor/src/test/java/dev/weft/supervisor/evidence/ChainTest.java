package dev.weft.supervisor.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A chain shows what was changed in it, where, and what was expected there. */
class ChainTest {

  private static final Entry FIRST = entry(1, "started", Map.of("why", "ü"), Entry.NONE_BEFORE);
  private static final Entry SECOND = entry(2, "paused", Map.of("why", "b"), FIRST.hash());
  private static final Entry THIRD = entry(3, "resumed", Map.of(), SECOND.hash());

  private static Entry entry(long number, String kind, Map<String, Object> body, String before) {
    return new Entry(number, Tellings.NOON, kind, body, before);
  }

  private static Chain chain(String... lines) {
    return Chain.of(bytes(lines));
  }

  private static byte[] bytes(String... lines) {
    return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static String flaw(String... lines) {
    return chain(lines).flaw().orElseThrow().toString();
  }

  @Test
  void whatWasWrittenHolds() {
    var chain = chain(FIRST.line(), SECOND.line(), THIRD.line());
    assertTrue(chain.flaw().isEmpty());
    assertEquals(List.of(FIRST, SECOND, THIRD), chain.entries());
    assertTrue(Chain.of(new byte[0]).flaw().isEmpty());
  }

  @Test
  void everyByteThatIsChangedIsFound() {
    var whole = bytes(FIRST.line(), SECOND.line());
    for (var at = 0; at < whole.length; at++) {
      for (var bit = 0; bit < Byte.SIZE; bit++) {
        var changed = whole.clone();
        changed[at] ^= (byte) (1 << bit);
        var chain = Chain.of(changed);
        assertTrue(chain.flaw().isPresent(), "byte %d, bit %d".formatted(at, bit));
        var line = at < FIRST.line().getBytes(StandardCharsets.UTF_8).length + 1 ? 1 : 2;
        assertEquals(line, chain.flaw().get().line(), "byte %d, bit %d".formatted(at, bit));
      }
    }
  }

  @Test
  void aChangedLineIsNamedWithTheHashThatItHas() {
    var found = flaw(FIRST.line(), SECOND.line().replace("\"b\"", "\"c\""));
    assertTrue(
        found.matches("line 2: hash: " + SECOND.hash() + " \\(expected: [0-9a-f]{64}, of what.*"),
        found);
  }

  @Test
  void aLineLeftOutMovedOrPutInTwiceIsNamedByItsNumber() {
    assertEquals(
        "line 1: n: 2 (expected: 1, one more than before)", flaw(SECOND.line(), THIRD.line()));
    assertEquals(
        "line 2: n: 3 (expected: 2, one more than before)",
        flaw(FIRST.line(), THIRD.line(), SECOND.line()));
    assertEquals(
        "line 2: n: 1 (expected: 2, one more than before)", flaw(FIRST.line(), FIRST.line()));
  }

  @Test
  void aLineMadeAnewIsFoundByTheOneBehindIt() {
    var forged = entry(2, "paused", Map.of("why", "c"), FIRST.hash());
    assertEquals(
        "line 3: before: %s (expected: %s, the hash of the line before)"
            .formatted(SECOND.hash(), forged.hash()),
        flaw(FIRST.line(), forged.line(), THIRD.line()));
  }

  @Test
  void aMissingEndOfALineIsToldFromAChange() {
    var torn = Chain.of((FIRST.line() + "\n" + SECOND.line()).getBytes(StandardCharsets.UTF_8));
    assertTrue(torn.flaw().orElseThrow().isTorn());
    assertEquals(FIRST.line().getBytes(StandardCharsets.UTF_8).length + 1, torn.bytes());
    assertEquals(
        "line 2: hash: missing (expected: 64 digits, the last field of the line)",
        flaw(FIRST.line(), "{}"));
  }

  @Test
  void aGapStandsForAsManyEntriesAsItSays() {
    var gap = entry(4, Entry.GAP, Map.of(Entry.MISSING, 3L), FIRST.hash());
    var behind = entry(5, "paused", Map.of(), gap.hash());
    assertTrue(chain(FIRST.line(), gap.line(), behind.line()).flaw().isEmpty());
    var wrong = entry(5, Entry.GAP, Map.of(Entry.MISSING, 3L), FIRST.hash());
    assertEquals(
        "line 2: n: 5 (expected: 4, the last that is missing)", flaw(FIRST.line(), wrong.line()));
  }

  @Test
  void cuttingOffTheEndIsNotSeenHere() {
    assertTrue(chain(FIRST.line(), SECOND.line()).flaw().isEmpty());
  }

  @Test
  void theLongestChainIsReadInOneGo() {
    var lines = new ArrayList<String>();
    var before = Entry.NONE_BEFORE;
    for (var number = 1; number <= 10_000; number++) {
      var entry = entry(number, "stands", Map.of("step", "shadow"), before);
      lines.add(entry.line());
      before = entry.hash();
    }
    var chain = chain(lines.toArray(String[]::new));
    assertEquals(10_000, chain.entries().size());
    assertEquals(before, chain.entries().getLast().hash());
  }
}
