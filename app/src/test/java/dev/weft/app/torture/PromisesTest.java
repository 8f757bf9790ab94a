package dev.weft.app.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.segment.SegmentStore;
import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.TraceKey;
import dev.weft.persistence.trace.TraceSettings;
import dev.weft.sim.invariant.SessionModel;
import dev.weft.sim.invariant.SessionStep;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the torture would say if something were wrong. */
class PromisesTest {

  private static final String HASH = "ab".repeat(32);

  @TempDir private Path temp;
  private final Ledger ledger = new Ledger();
  private VictimFolder folder = new VictimFolder(Path.of(""));

  @BeforeEach
  void keepThreeFrames() throws IOException {
    folder = new VictimFolder(temp);
    keep("one", "two", "three");
  }

  private void keep(String... payloads) throws IOException {
    var settings = TraceSettings.from(ConfigFactory.load());
    try (var store = SegmentStore.open(FolderDisk.at(folder.frames()), settings)) {
      for (var text : payloads) {
        var payload = text.getBytes(StandardCharsets.UTF_8);
        var key = new TraceKey("cam-1", "victim", "", "default", Instant.now());
        var outcome = store.append(key, payload).toCompletableFuture().join();
        if (outcome instanceof Outcome.Kept(var number, var sequence)) {
          tell(new Said.Kept("cam-1", number, sequence, VictimFolder.hash(payload)));
        }
      }
    }
  }

  /** Through the pipe's words, as a victim does. */
  private void tell(Said said) {
    ledger.add(Said.of(said.line()).orElseThrow());
  }

  private List<String> broken() throws IOException {
    return new FramesKept().broken(folder, ledger);
  }

  @Test
  void framesThatAreThereBreakNothing() throws IOException {
    assertEquals(3, ledger.frames().size());
    assertEquals(List.of(), broken());
  }

  @Test
  void aFrameThatIsLostOrOtherwiseIsFound() throws IOException {
    tell(new Said.Kept("cam-1", 99, 4, HASH));
    assertTrue(broken().getFirst().contains("not there (expected: Kept[number=99"), "lost");
    keep("four");
    assertEquals(1, ledger.failures().size(), "acknowledged at a place that was acknowledged");
  }

  @Test
  void aFrameThatCameTwiceIsFound() throws IOException {
    keep("two");
    assertEquals(List.of("session 'cam-1': frame at place 4 twice"), broken());
  }

  @Test
  void aFlippedBitIsFound() throws IOException {
    try (var files = Files.list(folder.frames())) {
      var segment = files.filter(f -> f.toString().endsWith(".segment")).findAny().orElseThrow();
      var bytes = Files.readAllBytes(segment);
      bytes[bytes.length - 3] ^= 1;
      Files.write(segment, bytes);
    }
    assertTrue(broken().stream().anyMatch(each -> each.startsWith("verify: ")), "verify finds it");
  }

  @Test
  void aSessionMayStandAtWhatWasAnsweredOrAskedAndNowhereElse() {
    tell(new Said.Asked("cam-1", new SessionStep.Open(1)));
    tell(new Said.Answered("cam-1"));
    var opened = SessionModel.none().after(new SessionStep.Open(1));
    var step = new SessionStep.RecordFrames(1, 1, 1, HASH);
    assertTrue(ledger.account("cam-1").allows(opened));
    assertFalse(ledger.account("cam-1").allows(SessionModel.none()), "an answered step is lost");

    tell(new Said.Asked("cam-1", step));
    assertTrue(ledger.account("cam-1").allows(opened));
    assertTrue(ledger.account("cam-1").allows(opened.after(step)));
    tell(new Said.Answered("cam-1"));
    assertFalse(ledger.account("cam-1").allows(opened), "an answered step is lost");
    assertFalse(ledger.account("cam-1").allows(opened.after(step).after(step)), "done twice");
    for (var each : List.of(new SessionStep.Reserve(1, 5), new SessionStep.Settle(1, 3))) {
      assertEquals(each, SessionStep.of(each.words().split(" ", -1)));
    }
  }

  @Test
  void aLineThatTheKillCutShortSaysNothing() {
    var line = new Said.Kept("cam-1", 5, 4, HASH).line();
    for (var length = 0; length < line.length(); length++) {
      assertTrue(Said.of(line.substring(0, length)).isEmpty(), line.substring(0, length));
    }
  }
}
