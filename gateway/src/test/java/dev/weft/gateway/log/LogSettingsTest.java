package dev.weft.gateway.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.gateway.access.Caller;
import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.ProtocolException;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LogSettingsTest {

  @ParameterizedTest
  @EnumSource
  void whatIsShownCanBeAskedForAgain(Verbosity verbosity) {
    for (var now : Verbosity.values()) {
      assertEquals(verbosity, LogSettings.changed(now, LogSettings.of(verbosity)));
    }
    assertEquals(verbosity, LogSettings.changed(verbosity, Map.of()));
  }

  @Test
  void eachSettingChangesWhatItSays() {
    assertEquals(
        Verbosity.EVENTS, LogSettings.changed(Verbosity.WARNINGS, Map.of("log_info", true)));
    assertEquals(
        Verbosity.WARNINGS, LogSettings.changed(Verbosity.EVENTS, Map.of("log_info", false)));
    assertEquals(
        Verbosity.ALL, LogSettings.changed(Verbosity.WARNINGS, Map.of("log_verbose_level", 1L)));
    assertEquals(
        Verbosity.EVENTS, LogSettings.changed(Verbosity.ALL, Map.of("log_verbose_level", 0L)));
  }

  @Test
  void whatCannotBeSoIsRefused() {
    refused("'log_error': false (expected: true, it cannot", "log_error", false);
    refused("'log_warning': false (expected: true, it cannot", "log_warning", false);
    refused("'log_file': trace.log (expected: \"\", it cannot", "log_file", "trace.log");
    refused("'log_format': ISO8601 (expected: \"default\"", "log_format", "ISO8601");
    refused("'log_verbose_level': 2 (expected: 0 or 1", "log_verbose_level", 2L);
    refused("'log_verbose_level': 1.0 (expected: 0 or 1", "log_verbose_level", 1.0);
    refused("'log_info': yes (expected: true or false", "log_info", "yes");
    refused("'log_level': 1 (expected: one of [log_file, log_info", "log_level", 1L);
    refused("'log_info': false (expected: true, or 'log_verbose_level' 0", "log_info", false);
  }

  @Test
  void aChangeIsOfAllOrOfNothing() {
    var desk = new HeldDesk();
    var logs = Logs.at(desk);
    assertThrows(
        ProtocolException.class,
        () -> logs.change(Caller.anyone(), Map.of("log_info", true, "log_error", false)));
    assertEquals(Verbosity.WARNINGS, desk.verbosity());
    var after = logs.change(Caller.anyone(), Map.of("log_info", true));
    assertEquals(Verbosity.EVENTS, desk.verbosity());
    assertEquals(after, logs.settings());
  }

  private static void refused(String sentence, String name, Object value) {
    var problem =
        assertThrows(
            ProtocolException.class, () -> LogSettings.changed(Verbosity.ALL, Map.of(name, value)));
    assertEquals(Fault.INVALID, problem.fault());
    var said = Objects.requireNonNull(problem.getMessage());
    assertTrue(said.contains(sentence), said);
  }
}
