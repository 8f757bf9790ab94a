package dev.weft.fabric.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.embedded.SingleModel;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.Capture;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.ManualClock;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.sequence.SequenceStep;
import dev.weft.fabric.stage.SoloStages;
import dev.weft.fabric.stage.StageLoader;
import dev.weft.fabric.trace.Fingerprints;
import dev.weft.fabric.trace.RecorderSettings;
import dev.weft.fabric.trace.TraceFile;
import dev.weft.fabric.trace.TraceRecorder;
import dev.weft.stages.process.ProcessSettings;
import dev.weft.stages.spi.StageKinds;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.TensorPool;
import dev.weft.stages.testkit.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames of sequences, run again from their trace. */
class SequenceReplayTest {

  private final StageKinds kinds = StageKinds.discover();

  @TempDir private Path folder = Path.of("");

  @Test
  void aFrameOfASequenceComesOutAgainOnTheStateItHad() throws Exception {
    var file = Files.write(folder.resolve("sum.onnx"), TinyModels.leakySum(1, 1));
    var model = SingleModel.of("sum", file);
    var graph =
        model
            .pipeline()
            .carrying(Map.of("h", "hN"))
            .capturing(Optional.of(new Capture(Capture.Level.INPUTS, 100, "default")));
    var trace = record(graph, model);

    var report = replay(trace, graph, model);
    assertEquals(20, report.replayed(), report.notReplayed().toString());
    assertTrue(report.isExact(), report.toString());
  }

  private Path record(PipelineManifest graph, SingleModel model) throws Exception {
    var trace = folder.resolve("frames.trace");
    try (var thread = Executors.newSingleThreadScheduledExecutor()) {
      var recorder =
          new TraceRecorder(
              TraceFile.create(trace, Instant.EPOCH),
              fingerprints(),
              RecorderSettings.of(7),
              thread);
      var config =
          ConfigFactory.parseString("weft.fabric { leak-tracing = on, loops = 2 }")
              .withFallback(ConfigFactory.load());
      try (var weft = Weft.recording(config, recorder)) {
        var pipeline = weft.deploy(graph, Map.of("sum", model.stage()));
        var answers = new ArrayList<CompletableFuture<Answer>>();
        for (var i = 0; i < 20; i++) {
          var x = Request.of("x", weft.tensors().floats(Shape.of(1, 1), i));
          answers.add(pipeline.submit(x, new SequenceStep("s" + i % 2, i < 2, i > 17)));
        }
        for (var answer : answers) {
          assertInstanceOf(Answer.Completed.class, answer.get(60, TimeUnit.SECONDS)).close();
        }
      }
    }
    return trace;
  }

  private ReplayReport replay(Path trace, PipelineManifest graph, SingleModel model) {
    var loader =
        new StageLoader(
            kinds::find,
            new TensorPool(1 << 20, TensorPool.LeakTracing.OFF),
            new ManualClock(),
            1,
            ProcessSettings.defaults());
    try (var tensors = new TensorPool(1L << 20, TensorPool.LeakTracing.ON);
        var solo = new SoloStages(loader, tensors);
        var replay =
            new Replay(
                new ReplayMode.Faithful(),
                Map.of(graph.name(), graph),
                Map.of("sum", model.stage()),
                solo,
                tensors,
                fingerprints(),
                ReplayListener.NONE);
        var reader = TraceFile.open(trace)) {
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        replay.accept(next.get(), reader);
      }
      return replay.report();
    }
  }

  private Fingerprints fingerprints() {
    return new Fingerprints(kinds::find, Fingerprints.here());
  }
}
