package dev.weft.stages.audio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.image.StageRun;
import dev.weft.stages.input.InputFile;
import dev.weft.stages.onnx.OnnxStageFactory;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The example's recordings through the real stages and the real model. */
class KioskSoundsTest {

  private static final double TOLERANCE_SECONDS = 0.3;
  private static final TensorSpec ENCODED =
      TensorSpec.of("encoded", Datatype.BYTES, 1).withSemantic("audio/wav");
  private static final Signature DETECTOR =
      new Signature(
          List.of(TensorSpec.of("frames", Datatype.FP32, "steps", 576)),
          List.of(TensorSpec.of("probability", Datatype.FP32, "steps", 1)));
  private static final Map<String, Object> SILERO =
      Map.of(
          "inputs", Map.of("frames", "input"),
          "outputs", Map.of("probability", "output"),
          "scan", List.of("input"),
          "carry", Map.of("state", "stateN"),
          "constants", Map.of("sr", "16000"));

  private final Path kiosk = Path.of(System.getProperty("weft.root"), "examples", "kiosk");
  private final StageRun run = new StageRun();

  @AfterEach
  void nothingLeaks() {
    run.close();
  }

  @Test
  void findsSpeechWhereItIsAndNoneInMusicOrRoomNoise() throws IOException {
    var sounds = kiosk.resolve("inputs/audio");
    try (var pool = new TensorPool(16 << 20, TensorPool.LeakTracing.ON);
        var detector = detector(pool)) {
      for (var line : Files.readAllLines(sounds.resolve("expected.txt"))) {
        var fields = line.split("\t", -1);
        var outputs = segments(sounds.resolve(fields[0]), detector);
        var isSpeech = outputs.get(1).toFloats()[0] >= 0.5;
        assertEquals(fields[1].equals("speech"), isSpeech, fields[0]);
        assertSegments(fields[0], bounds(fields[2]), outputs.get(0).toFloats());
      }
    }
  }

  private List<Tensor> segments(Path file, Stage detector) {
    try (var encoded = InputFile.read(file, ENCODED, run.tensors())) {
      var decoded = run.run(stage(new DecodeFactory()), encoded);
      var mono = run.run(stage(new ResampleFactory()), decoded.get(0), decoded.get(1));
      var frames = run.run(stage(new FramesFactory()), mono.getFirst());
      var probability = run.run(detector, frames.getFirst());
      return run.run(stage(new SegmentsFactory()), probability.getFirst());
    }
  }

  private static void assertSegments(String file, List<Double> expected, float[] actual) {
    assertEquals(expected.size(), actual.length, file);
    for (var i = 0; i < actual.length; i++) {
      assertTrue(
          Math.abs(expected.get(i) - actual[i]) <= TOLERANCE_SECONDS,
          "%s: %s (expected: about %s)".formatted(file, actual[i], expected.get(i)));
    }
  }

  private static List<Double> bounds(String field) {
    var bounds = new ArrayList<Double>();
    for (var span : field.isEmpty() ? new String[0] : field.split(", ", -1)) {
      for (var bound : span.split("-", -1)) {
        bounds.add(Double.valueOf(bound));
      }
    }
    return bounds;
  }

  private static Stage stage(StageFactory factory) {
    return StageRun.stage(factory, Map.of());
  }

  private Stage detector(TensorPool pool) {
    var factory = new OnnxStageFactory();
    return factory.create(
        new StageSetup(
            "voice-activity",
            "v6",
            DETECTOR,
            Options.of(factory.options(), SILERO),
            Optional.of(kiosk.resolve("stages/models/silero_vad.onnx")),
            Map.of(),
            pool));
  }
}
