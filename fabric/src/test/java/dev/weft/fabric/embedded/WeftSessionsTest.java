package dev.weft.fabric.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.manifest.Capture;
import dev.weft.fabric.manifest.Door;
import dev.weft.fabric.pipeline.Graphs;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.replay.SessionCheck;
import dev.weft.fabric.replay.StateCheck;
import dev.weft.fabric.session.SessionException;
import dev.weft.fabric.session.SessionHistory;
import dev.weft.fabric.session.SessionRefusal;
import dev.weft.fabric.session.SessionState;
import dev.weft.fabric.session.SignalValue;
import dev.weft.fabric.trace.Fingerprints;
import dev.weft.fabric.trace.RecorderSettings;
import dev.weft.fabric.trace.StoreSink;
import dev.weft.fabric.trace.StoreSource;
import dev.weft.fabric.trace.TraceRecord;
import dev.weft.fabric.trace.TraceRecorder;
import dev.weft.persistence.disk.MemoryDisk;
import dev.weft.persistence.journal.Journal;
import dev.weft.persistence.journal.JournalSettings;
import dev.weft.persistence.segment.SegmentStore;
import dev.weft.persistence.trace.Retention;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceSettings;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageKinds;
import dev.weft.stages.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sessions of an embedded node, in its journal and in its trace. */
@Timeout(90)
class WeftSessionsTest {

  private static final TraceSettings STORE =
      TraceSettings.of(List.of(Retention.of("default", 1 << 24, Duration.ofDays(365_000))));

  @TempDir private Path folder;

  private final MemoryDisk disk = new MemoryDisk();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

  @AfterEach
  void stop() {
    thread.close();
  }

  @Test
  void aSessionKnowsWhichOfItsFramesAreInTheTraceAndTheTraceWhereItStood() throws IOException {
    try (var weft = recording()) {
      weft.sessions().open("kiosk-7", "acme", 1000).join();
      runFrames(weft, "kiosk-7", 25);
      runFrames(weft, "stranger", 5);
    }
    SessionState first;
    SessionState again;
    try (var weft = recording()) {
      first = weft.sessions().state("kiosk-7").join();
      again = weft.sessions().open("kiosk-7", "acme", 1000).join();
      runFrames(weft, "kiosk-7", 7);
    }
    SessionState last;
    try (var weft = Weft.embedded(config())) {
      last = weft.sessions().state("kiosk-7").join();
      assertEquals(SessionState.Phase.NEW, weft.sessions().state("stranger").join().phase());
    }

    assertEquals(25, first.checkpoint().frames());
    assertTrue(again.epoch() > first.epoch());
    assertEquals(32, last.checkpoint().frames());
    assertEquals(7, last.checkpoint().lastFrame());
    var check = check();
    assertEquals(List.of(), check.report().notMet());
    assertEquals(0, check.report().unknown());
    assertTrue(check.report().met() >= 2, check.report().toString());
    assertEquals(SessionCheck.Match.MET, check.match("kiosk-7", 7, last.checkpoint().traceHash()));
    assertEquals(SessionCheck.Match.NOT_MET, check.match("kiosk-7", 7, "ab".repeat(32)));
    assertEquals(SessionCheck.Match.UNKNOWN, check.match("kiosk-7", 8, "ab".repeat(32)));
    assertEquals(SessionCheck.Match.UNKNOWN, check.match("stranger", 1, "ab".repeat(32)));
  }

  @Test
  void marksHaveStatesThatTheEventsOfTheirSessionsLeadToAndAnotherIsNamed() throws IOException {
    for (var life = 0; life < 2; life++) {
      try (var weft = recording()) {
        weft.sessions().open("kiosk-7", "acme", 1000).join();
        runFrames(weft, "kiosk-7", 25);
        weft.sessions().observe("kiosk-7", Map.of("place", new SignalValue.Text("door"))).join();
        runFrames(weft, "kiosk-7", 12);
      }
    }
    var marks = new ArrayList<TraceRecord.Checkpoint>();
    try (var store = SegmentStore.open(disk, STORE);
        var source = new StoreSource(store, TraceQuery.all())) {
      for (var next = source.next(); next.isPresent(); next = source.next()) {
        if (next.get() instanceof TraceRecord.Checkpoint mark) {
          marks.add(mark);
        }
      }
    }
    try (var journal = Journal.open(JournalSettings.from(config()))) {
      var check = new StateCheck(session -> SessionHistory.of(journal, session));
      marks.forEach(check::accept);
      assertEquals(new StateCheck.Report(marks.size(), 0, List.of()), check.report());
      assertTrue(marks.size() >= 4, "marks: " + marks);

      var last = marks.getLast();
      check.accept(
          new TraceRecord.Checkpoint(
              "kiosk-7", last.epoch(), last.through(), "ab".repeat(32), last.chain()));
      check.accept(new TraceRecord.Checkpoint("stranger", 1, 7, "ab".repeat(32), last.chain()));
      assertEquals(1, check.report().unknown());
      var told = check.report().notMet().getFirst();
      assertTrue(
          told.startsWith(
              "session 'kiosk-7', epoch %d, frame %d: state abab"
                  .formatted(last.epoch(), last.through())),
          told);
    }
  }

  @Test
  void tellsWhyASessionDoesNotDoWhatIsAsked() {
    try (var weft = Weft.embedded(config())) {
      var sessions = weft.sessions();
      sessions.open("cam", "acme", 100).join();
      sessions.observe("cam", Map.of("place", new SignalValue.Text("door"))).join();
      sessions.reserve("cam", 1, 60).join();

      assertEquals(
          SessionRefusal.OVER_BUDGET, refusal(() -> sessions.reserve("cam", 2, 50).join()));
      assertEquals(
          SessionRefusal.INVALID,
          refusal(() -> sessions.observe("cam", Map.of("mood", new SignalValue.Text("!"))).join()));
      assertEquals(SessionRefusal.INVALID, refusal(() -> sessions.state("a|b").join()));
      assertEquals(SessionRefusal.OTHER_TENANT, refusal(() -> sessions.open("cam", "x", 1).join()));
      assertEquals(100, sessions.settle("cam", 1, 0).join().budget().free());
      sessions.close("cam", "done").join();
      assertEquals(SessionRefusal.CLOSED, refusal(() -> sessions.open("cam", "acme", 100).join()));
    }
  }

  @Test
  void withoutSessionsNothingOfTheJournalIsThere() {
    var off =
        ConfigFactory.parseMap(Map.of("weft.fabric.session.enabled", false)).withFallback(config());
    try (var weft = Weft.embedded(off)) {
      var refused = assertThrows(WeftException.class, weft::sessions);
      assertEquals(ErrorCode.FAILED_PRECONDITION, refused.code());
    }
    assertTrue(Files.notExists(folder.resolve("journal")));
  }

  @Test
  void aSecondNodeOnTheSameJournalIsRefusedAndTheFirstGoesOn() {
    try (var weft = Weft.embedded(config())) {
      assertThrows(RuntimeException.class, () -> Weft.embedded(config()).close());
      weft.sessions().open("cam", "acme", 0).join();
    }
    try (var weft = Weft.embedded(config())) {
      assertEquals("acme", weft.sessions().state("cam").join().tenant());
    }
  }

  private SessionRefusal refusal(Runnable asking) {
    var thrown = assertThrows(CompletionException.class, asking::run);
    return assertInstanceOf(SessionException.class, thrown.getCause()).refusal();
  }

  private SessionCheck check() throws IOException {
    var check = new SessionCheck();
    try (var store = SegmentStore.open(disk, STORE);
        var source = new StoreSource(store, TraceQuery.all())) {
      for (var next = source.next(); next.isPresent(); next = source.next()) {
        check.accept(next.get());
      }
    }
    return check;
  }

  private Weft recording() throws IOException {
    var recorder =
        new TraceRecorder(
            new StoreSink(SegmentStore.open(disk, STORE), () -> Instant.EPOCH),
            new Fingerprints(StageKinds.discover()::find, Fingerprints.here()),
            RecorderSettings.of(1),
            thread);
    return Weft.recording(config(), recorder);
  }

  private Config config() {
    return ConfigFactory.parseString(
            """
            weft.fabric {
              loops = 1
              session {
                enabled = on
                checkpoint-frames = 10
                signals.place { kind = TEXT, ttl = 10m, bytes-max = 100 }
              }
            }
            akka.loglevel = WARNING
            """)
        .withFallback(
            ConfigFactory.parseMap(
                Map.of("weft.persistence.journal.folder", folder.resolve("journal").toString())))
        .withFallback(ConfigFactory.load());
  }

  private static void runFrames(Weft weft, String session, int count) {
    var graph =
        weft.pipelines().stream()
            .findFirst()
            .orElseGet(
                () ->
                    weft.deploy(
                        Graphs.with(Graphs.chainOf(1), "graph", Door.of(8).open())
                            .capturing(Optional.of(Capture.inputs())),
                        Map.of(
                            "stage",
                            Graphs.stage(
                                "stage", "test/add", List.of("one"), TestStages.SIGNATURE))));
    for (var frame = 0; frame < count; frame++) {
      var request = Request.of("in", weft.tensors().floats(Shape.of(1), frame));
      graph.infer(request.with("session", session)).close();
    }
  }
}
