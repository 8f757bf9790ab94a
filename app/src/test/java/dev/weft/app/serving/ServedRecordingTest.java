package dev.weft.app.serving;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.trace.TraceException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServedRecordingTest {

  private static final Config CONFIG = ConfigFactory.load();

  @TempDir private Path folder = Path.of("");

  private ServedRecording open() {
    return ServedRecording.open(Optional.of(folder.resolve("buffer")), CONFIG);
  }

  @Test
  void whereItRecordsToIsFreeAgainWhenNoNodeWasStarted() {
    try (var recording = open()) {
      assertTrue(recording.isOfAll());
      assertThrows(TraceException.class, this::open, "it has the folder");
    }
    assertDoesNotThrow(() -> open().close());
  }

  @Test
  void whereItRecordsToIsFreeAgainWhenTheNodeDoesNotStart() {
    var wrong = ConfigFactory.parseString("weft.fabric.loops = -1").withFallback(CONFIG);
    try (var recording = open()) {
      assertThrows(RuntimeException.class, () -> recording.start(wrong));
    }
    assertDoesNotThrow(() -> open().close());
  }

  @Test
  void aNodeThatEndedHasClosedItAlready() {
    try (var recording = open();
        var weft = recording.start(CONFIG)) {
      try (var replays = recording.replays(weft)) {
        assertTrue(replays.desk().isPresent());
        replays.end();
      }
      weft.close();
      assertEquals(0, recording.counts().orElseThrow().recorded());
    }
  }

  @Test
  void whereNothingIsRecordedNothingIsReplayed() {
    try (var recording = ServedRecording.open(Optional.empty(), CONFIG);
        var weft = recording.start(CONFIG);
        var replays = recording.replays(weft)) {
      assertTrue(replays.desk().isEmpty());
      assertTrue(recording.counts().isEmpty());
      replays.end();
    }
  }
}
