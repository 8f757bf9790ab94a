package dev.weft.fabric.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Recording;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.embedded.WeftException;
import dev.weft.fabric.manifest.Capture;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Graphs;
import dev.weft.fabric.pipeline.Request;
import dev.weft.persistence.segment.SegmentStore;
import dev.weft.persistence.testkit.SimulatedDisk;
import dev.weft.persistence.trace.LossReason;
import dev.weft.persistence.trace.TraceItem;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceSettings;
import dev.weft.stages.tensor.Shape;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An edge buffer whose disk has no room: answers go on, and each gap is told once. */
class FullDiskTest {

  private static final int FRAMES = 40;

  private static final Map<String, StageManifest> STAGES =
      Map.of("pass", Graphs.stage("pass", "x"));

  private final SimulatedDisk disk = new SimulatedDisk(7);
  private final TraceSettings settings =
      TraceSettings.from(ConfigFactory.load()).withRetryDelay(Duration.ofMillis(1));

  @Test
  @Timeout(60)
  void inferenceGoesOnWhileTheDiskIsFullAndTheGapIsToldOnce() throws IOException {
    var store = SegmentStore.open(disk, settings);
    var config = ConfigFactory.load();
    long droppedWhileFull;
    var recording = Recording.to(store, settings, config);
    try (var weft = Weft.recording(config, recording)) {
      var graph = weft.deploy(pipeline(Capture.inputs()), STAGES);
      disk.limit(0);
      run(weft, graph);
      // The store has answered for all of them before there is room again.
      while (recording.recorded() < FRAMES || store.status().queued() > 0) {
        LockSupport.parkNanos(1_000_000);
      }
      droppedWhileFull = store.status().dropped().getOrDefault(LossReason.DISK_FULL, 0L);
      disk.limit(Long.MAX_VALUE);
      run(weft, graph);
    }

    try (var reopened = SegmentStore.open(disk, settings)) {
      assertTrue(reopened.verify().passed(), reopened.verify().toString());
      var gaps = new ArrayList<TraceItem.Gap>();
      try (var cursor = reopened.read(TraceQuery.all())) {
        for (var item = cursor.next(); item.isPresent(); item = cursor.next()) {
          if (item.get() instanceof TraceItem.Gap gap) {
            gaps.add(gap);
          }
        }
      }
      assertEquals(1, gaps.size(), gaps.toString());
      assertEquals(LossReason.DISK_FULL, gaps.getFirst().loss().reason());
      assertTrue(gaps.getFirst().loss().count() >= droppedWhileFull, gaps.toString());
      assertEquals(FRAMES, whole(reopened), "frames after it, each with its fingerprint before it");
    }
  }

  /** Frames that can be read and whose fingerprint and manifest stand before them. */
  private static int whole(SegmentStore store) {
    var told = new ArrayList<String>();
    var frames = 0;
    try (var source = new StoreSource(store, TraceQuery.all())) {
      for (var next = source.next(); next.isPresent(); next = source.next()) {
        switch (next.get()) {
          case Fingerprint print -> told.add(print.id());
          case TraceRecord.Deployment deployment -> told.add(deployment.manifestDigest());
          case FrameRecord frame ->
              frames +=
                  told.contains(frame.fingerprint()) && told.contains(frame.manifestDigest())
                      ? 1
                      : 0;
          case TraceRecord _ -> {}
        }
      }
    }
    return frames;
  }

  @Test
  void aClassThatNobodyConfiguredIsRefusedBeforeFramesCome() throws IOException {
    var config = ConfigFactory.load();
    var recording = Recording.to(SegmentStore.open(disk, settings), settings, config);
    try (var weft = Weft.recording(config, recording)) {
      var capture = new Capture(Capture.Level.INPUTS, 100, "audit");
      var refused = assertThrows(WeftException.class, () -> weft.deploy(pipeline(capture), STAGES));
      assertTrue(
          refused.toString().contains("trace.class: 'audit' of pipeline 'graph'"),
          refused.toString());
    }
  }

  private static PipelineManifest pipeline(Capture capture) {
    return Graphs.pipeline(
            List.of(Graphs.input("in")),
            List.of(Graphs.step("only", "pass", "x=in")),
            List.of(Graphs.output("out", "only.y")),
            List.of(),
            List.of())
        .capturing(Optional.of(capture));
  }

  private static void run(Weft weft, Pipeline graph) {
    for (var i = 0; i < FRAMES; i++) {
      var in = weft.tensors().floats(Shape.of(1), i);
      try (var answer = graph.run(Request.of("in", in).with("session", "s" + i % 3))) {
        assertInstanceOf(Answer.Completed.class, answer);
      }
    }
  }
}
