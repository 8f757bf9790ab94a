package dev.weft.stages.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.image.StageRun;
import dev.weft.stages.input.Npy;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.ShapeCheck;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import dev.weft.stages.text.TokenizeFactory;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every built-in kind but {@code onnx}, given odd tensors of the right datatype and rank. */
class StagesFuzzTest {

  private static final int RUNS = 500;
  private static final Map<String, List<Map<String, Object>>> OPTIONS =
      Map.of(
          "audio/frames",
              List.of(Map.of(), Map.of("size", 1L, "hop", 1L), Map.of("size", 1L << 20, "hop", 1L)),
          "image/normalize", List.of(Map.of(), Map.of("layout", "NHWC")),
          "image/resize",
              List.of(
                  Map.of(),
                  Map.of("limit", 32L, "multipleOf", 32L),
                  Map.of("mode", "exact", "width", 16_384L, "height", 1L)),
          "math/nearest-labels", List.of(Map.of("k", 3L)),
          "math/top-k", List.of(Map.of("k", 3L), Map.of("k", 2L, "withLabels", true)),
          "text/pool", List.of(Map.of(), Map.of("pooling", "cls", "normalize", false)),
          "vision/normalize-lines",
              List.of(Map.of(), Map.of("width", 24L), Map.of("width", 24L, "overflow", "cut")),
          "vision/text-boxes", List.of(Map.of(), Map.of("minSidePixels", 1L, "boxThreshold", 0L)));

  @TempDir private static Path folder = Path.of(".");

  static Stream<StageFactory> factories() {
    return ServiceLoader.load(StageFactory.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(factory -> !factory.kind().equals("onnx"))
        .filter(factory -> !factory.kind().equals(FaultFactory.KIND));
  }

  @ParameterizedTest
  @MethodSource("factories")
  @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void answersWithinItsSignatureOrRefuses(StageFactory factory) throws Exception {
    var files = files();
    var elements = elements();
    for (var options : OPTIONS.getOrDefault(factory.kind(), List.of(Map.of()))) {
      try (var fuzz = new FuzzRun();
          var loading = new TensorPool(1 << 20, TensorPool.LeakTracing.OFF);
          var stage = factory.create(StageRun.setup(factory, options, files, loading))) {
        for (var seed = 0; seed < RUNS; seed++) {
          var hostile = new HostileTensors(new Random(seed), elements);
          fuzz.attempt(
              "%s %s, seed %d".formatted(factory.kind(), options, seed),
              pool -> runOnce(stage, hostile, pool));
        }
        assertTrue(fuzz.taken() > 0, () -> factory.kind() + options + ": every input refused");
      }
    }
  }

  /** Runs as the fabric does: inputs and outputs held to the signature. */
  private static void runOnce(Stage stage, HostileTensors hostile, TensorPool pool) {
    var inputs = hostile.inputs(stage.signature().inputs(), pool);
    try {
      var check = new ShapeCheck();
      var unfit = check.problem(stage.signature().inputs(), inputs);
      if (unfit.isPresent()) {
        throw new StageException(ErrorCode.INVALID_INPUT, unfit.get());
      }
      var outputs = stage.run(FixedContext.of(pool), inputs);
      try {
        var problem = check.problem(stage.signature().outputs(), outputs);
        assertTrue(problem.isEmpty(), () -> inputs + " gave " + problem.orElse(""));
      } finally {
        outputs.forEach(Tensor::close);
      }
    } catch (RuntimeException | Error e) {
      e.addSuppressed(new AssertionError("inputs: " + inputs));
      throw e;
    } finally {
      inputs.forEach(Tensor::close);
    }
  }

  private static List<byte[]> elements() {
    var texts =
        Stream.of("a", "b", "c", "hello world", "caf\u00e9 \u0000 \ud83d\ude00 [SEP]")
            .map(text -> text.getBytes(StandardCharsets.UTF_8));
    return Stream.concat(texts, Stream.of(SampleFiles.wav(), SampleFiles.png())).toList();
  }

  private static Map<String, Path> files() throws IOException, URISyntaxException {
    var tokenizer = Objects.requireNonNull(TokenizeFactory.class.getResource("tokenizer.json"));
    try (var pool = new TensorPool(1 << 20, TensorPool.LeakTracing.OFF);
        var vectors = pool.floats(Shape.of(4, 2), 1, 0, 0, 1, -1, 0, 3, 4)) {
      return Map.of(
          "labels", Files.writeString(folder.resolve("labels.txt"), "a\nb\nc\na\n"),
          "vectors", Files.write(folder.resolve("vectors.npy"), Npy.write(vectors)),
          "dictionary", Files.writeString(folder.resolve("dictionary.txt"), "a\nb\n"),
          "tokenizer", Path.of(tokenizer.toURI()));
    }
  }
}
