package dev.weft.bench;

import ai.onnxruntime.OrtException;
import dev.weft.stages.onnx.OnnxModels;
import dev.weft.stages.onnx.OnnxStageFactory;
import dev.weft.stages.spi.Cancellation;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageSetup;
import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.tensor.TensorPool;
import dev.weft.stages.tensor.TensorPool.LeakTracing;
import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A model that does nothing, FP32[1, 4] in and out: the onnx stage beside a raw session. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class OnnxStageBenchmark {

  private final TensorPool tensors = new TensorPool(1 << 20, LeakTracing.OFF);
  private final RunContext context = new Context(tensors);
  private final FrameInput input = FrameInput.floats("x", 1, 4);
  private final GeneratedModels models;
  private final Stage stage;
  private final Contender raw;
  private final Contender.Caller rawCaller;

  public OnnxStageBenchmark() {
    try {
      models = new GeneratedModels();
      var file = models.write("empty", TinyModels.empty());
      var factory = new OnnxStageFactory();
      stage =
          factory.create(
              new StageSetup(
                  "empty",
                  "default",
                  OnnxModels.signature(file),
                  Options.of(factory.options(), Map.of()),
                  Optional.of(file),
                  Map.of(),
                  tensors));
      raw = new RawChain(List.of(new RawModel(file)), List.of(input), "y", 1, 4);
      rawCaller = raw.newCaller();
    } catch (IOException | OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Memory leased for input and output. */
  @Benchmark
  public float stage() {
    try (var given = input.leased(tensors);
        var output = stage.run(context, List.of(given)).getFirst()) {
      return output.segment().get(ValueLayout.JAVA_FLOAT, 0);
    }
  }

  /** Memory used again and again. */
  @Benchmark
  public float rawSession() throws Exception {
    return rawCaller.runFrame();
  }

  @TearDown
  public void close() throws IOException {
    rawCaller.close();
    raw.close();
    stage.close();
    tensors.close();
    models.close();
  }

  private record Context(TensorAllocator tensors) implements RunContext {
    @Override
    public Cancellation cancellation() {
      return Cancellation.NEVER;
    }

    @Override
    public Instant admittedAt() {
      return Instant.EPOCH;
    }

    @Override
    public long seed() {
      return 0;
    }
  }
}
