package dev.weft.fabric.trace;

import static dev.weft.fabric.pipeline.Graphs.input;
import static dev.weft.fabric.pipeline.Graphs.output;
import static dev.weft.fabric.pipeline.Graphs.pipeline;
import static dev.weft.fabric.pipeline.Graphs.step;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.Capture;
import dev.weft.fabric.manifest.Capture.Level;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.FrameRecorder;
import dev.weft.fabric.pipeline.FrameTrace;
import dev.weft.fabric.pipeline.Graphs;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.trace.TraceRecord.Loss;
import dev.weft.stages.spi.StageKinds;
import dev.weft.stages.tensor.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TraceRecorderTest {

  private static final RecorderSettings NEVER_BY_ITSELF =
      new RecorderSettings(1, 100, 1 << 20, Duration.ofDays(1), Map.of(), Redaction.NONE);

  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final MemorySink sink = new MemorySink();
  private final Semaphore handedOver = new Semaphore(0);

  /** Keeps records in memory, unless it is to fail. */
  private static final class MemorySink implements TraceSink {
    final List<TraceRecord> records = new ArrayList<>();
    boolean isFailing;

    @Override
    public void append(TraceRecord record, String retention) {
      if (isFailing) {
        throw new TraceException("the disk is full");
      }
      records.add(record);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    List<FrameRecord> frames() {
      return records.stream()
          .filter(FrameRecord.class::isInstance)
          .map(FrameRecord.class::cast)
          .toList();
    }

    List<Loss> losses() {
      return records.stream().filter(Loss.class::isInstance).map(Loss.class::cast).toList();
    }
  }

  @AfterEach
  void stop() {
    thread.close();
  }

  @Test
  void aFullQueueHoldsNobodyUpAndLeavesOneLossRecordPerGap() {
    var recorder = recorder(NEVER_BY_ITSELF.waitingAtMost(3, 1 << 20));
    run(recorder, Capture.inputs(), 10, 3);
    // Closed within: what waited then is recorded.
    assertEquals(List.of(0L, 1L, 2L), numbers());
    assertEquals(List.of(new Loss("graph", 1, 3, 9, 7, "queue-full")), sink.losses());
  }

  @Test
  void aSinkThatFailsForATimeLeavesOneLossRecord() {
    var recorder = recorder(NEVER_BY_ITSELF);
    try (var weft = weft(recorder)) {
      var graph = deploy(weft, Capture.inputs());
      for (var i = 0; i < 9; i++) {
        sink.isFailing = i >= 3 && i < 6;
        graph.infer(request(weft, i)).close();
        // The answer may be out before its frame is handed over.
        handedOver.acquireUninterruptibly();
        recorder.record();
      }
    }
    assertEquals(List.of(0L, 1L, 2L, 6L, 7L, 8L), numbers());
    assertEquals(List.of(new Loss("graph", 1, 3, 5, 3, "sink-failed")), sink.losses());
  }

  @Test
  void recordsNoMoreThanTheManifestAndTheTenantAllow() {
    var recorder = recorder(NEVER_BY_ITSELF.forTenants(Map.of("shy", Level.DIGESTS)));
    try (var weft = weft(recorder)) {
      var graph = deploy(weft, new Capture(Level.OUTPUTS, 100, "default"));
      graph.infer(request(weft, 1)).close();
      graph.infer(request(weft, 1).with("tenant", "shy")).close();
    }
    var open = sink.frames().getFirst();
    assertEquals(TensorRecord.NOT_KEPT, open.inputs().getFirst().kept());
    assertTrue(open.answer().outputs().getFirst().kept() instanceof TensorRecord.Inline);
    var shy = sink.frames().getLast();
    assertEquals(TensorRecord.NOT_KEPT, shy.answer().outputs().getFirst().kept());
    assertEquals(open.inputs().getFirst().digest(), shy.inputs().getFirst().digest());
  }

  @Test
  void recordsWhyAFrameCameToThisNode() {
    var recorder = recorder(NEVER_BY_ITSELF);
    try (var weft = weft(recorder)) {
      var graph = deploy(weft, Capture.inputs());
      graph.infer(request(weft, 1)).close();
      graph.infer(request(weft, 1).with("route", "away/too-late-here")).close();
    }
    assertEquals(
        List.of("", "away/too-late-here"),
        sink.frames().stream().map(frame -> frame.routing().route()).toList());
  }

  @Test
  void aRedactionDecidesWhatIsKeptButNotWhatIsDigested() {
    var recorder =
        recorder(
            NEVER_BY_ITSELF.redactedBy(
                (_, _, tensor, content) ->
                    tensor.name().equals("in") ? Optional.of(new byte[4]) : Optional.of(content)));
    run(recorder, Capture.inputs(), 1, 100);
    var frame = sink.frames().getFirst();
    assertTrue(frame.inputs().getFirst().kept() instanceof TensorRecord.Redacted);
    assertTrue(frame.answer().outputs().getFirst().kept() instanceof TensorRecord.Inline);
    // The stage hands its input on, so both are the same tensor.
    assertEquals(frame.inputs().getFirst().digest(), frame.answer().outputs().getFirst().digest());
  }

  @Test
  void samplesAShareOfTheFrames() {
    var recorder = recorder(NEVER_BY_ITSELF.waitingAtMost(10_000, 1 << 26));
    run(recorder, new Capture(Level.DIGESTS, 20, "default"), 1000, 10_000);
    var count = sink.frames().size();
    assertTrue(count > 120 && count < 280, "of 1000 at 20 %: " + count);
  }

  @Test
  void eachFrameIsOfTheManifestItRanByThoughAnotherTookItsPlace() {
    try (var weft = weft(recorder(NEVER_BY_ITSELF))) {
      var before = deploy(weft, Capture.inputs());
      before.infer(request(weft, 1)).close();
      var stages = Map.of("pass", Graphs.stage("pass", "x"));
      var manifest = before.manifest();
      var next =
          weft.prepare(Graphs.with(manifest, manifest.name(), manifest.door().open()), stages);
      weft.exchange(List.of(before), List.of(next));
      next.infer(request(weft, 2)).close();
      before.infer(request(weft, 3)).close();
      before.unload();
    }
    var frames = sink.frames();
    assertEquals(List.of(0L, 1L, 2L), numbers());
    assertEquals(frames.get(0).manifestDigest(), frames.get(2).manifestDigest());
    assertNotEquals(frames.get(0).manifestDigest(), frames.get(1).manifestDigest());
  }

  private List<Long> numbers() {
    return sink.frames().stream().map(FrameRecord::number).toList();
  }

  private TraceRecorder recorder(RecorderSettings settings) {
    return new TraceRecorder(
        sink, new Fingerprints(StageKinds.discover()::find, Fingerprints.here()), settings, thread);
  }

  private void run(TraceRecorder recorder, Capture capture, int frames, int most) {
    try (var weft = weft(recorder)) {
      var graph = deploy(weft, capture);
      for (var i = 0; i < frames; i++) {
        graph.infer(request(weft, i)).close();
      }
    }
    assertTrue(sink.frames().size() <= most);
  }

  private static Request request(Weft weft, float value) {
    return Request.of("in", weft.tensors().floats(Shape.of(1), value));
  }

  /** Closing names every leaked tensor. */
  private Weft weft(TraceRecorder recorder) {
    return Weft.recording(
        ConfigFactory.parseString("weft.fabric { leak-tracing = on, loops = 1 }")
            .withFallback(ConfigFactory.load()),
        new FrameRecorder() {
          @Override
          public void deployed(PipelineManifest pipeline, Map<String, StageManifest> stages) {
            recorder.deployed(pipeline, stages);
          }

          @Override
          public Capture capture(Capture declared, PipelineManifest pipeline, String tenant) {
            return recorder.capture(declared, pipeline, tenant);
          }

          @Override
          public void ended(FrameTrace frame) {
            recorder.ended(frame);
            handedOver.release();
          }

          @Override
          public void close() {
            recorder.close();
          }
        });
  }

  private static dev.weft.fabric.embedded.Pipeline deploy(Weft weft, Capture capture) {
    var graph =
        pipeline(
            List.of(input("in")),
            List.of(step("only", "pass", "x=in")),
            List.of(output("out", "only.y")),
            List.of(),
            List.of());
    return weft.deploy(
        graph.capturing(Optional.of(capture)), Map.of("pass", Graphs.stage("pass", "x")));
  }
}
