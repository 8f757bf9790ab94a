package dev.weft.fabric.flag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.fabric.routing.FlagRule;
import java.time.Instant;
import java.util.HashMap;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FlagBookTest {

  private static FlagChange change(String flag, Optional<FlagRule> to) {
    return new FlagChange(flag, FlagRule.ON, to, "ann", "why", Instant.EPOCH);
  }

  @Test
  void theLastWordCountsAndBackToDeclaredLeavesNone() {
    var book = FlagBook.empty().after(change("p.a", Optional.of(FlagRule.OFF)));
    assertEquals(
        Optional.of(new FlagSetting(FlagRule.OFF, "ann", "why", Instant.EPOCH)),
        book.setting("p.a"));
    var other = book.after(change("p.a", FlagRule.of("10%")));
    assertEquals("10%", other.setting("p.a").orElseThrow().rule().word());
    assertEquals(FlagBook.empty(), other.after(change("p.a", Optional.empty())));
  }

  @Test
  void thereAreNoMoreSettingsThanMayBe() {
    var settings = new HashMap<String, FlagSetting>();
    for (var i = 0; i < FlagBook.SETTINGS_MAX; i++) {
      settings.put("p.g" + i, new FlagSetting(FlagRule.OFF, "ann", "", Instant.EPOCH));
    }
    var full = new FlagBook(settings);
    var refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> full.after(change("p.more", Optional.of(FlagRule.OFF))));
    assertEquals("flags that are set: 4097 (expected: <= 4096; clear some)", refused.getMessage());
    assertEquals(
        full,
        full.after(change("p.g7", Optional.of(FlagRule.OFF)))
            .after(
                new FlagChange(
                    "p.g7", FlagRule.OFF, Optional.of(FlagRule.OFF), "ann", "", Instant.EPOCH)));
  }
}
