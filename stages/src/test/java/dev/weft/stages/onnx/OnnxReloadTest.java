package dev.weft.stages.onnx;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.spi.Signature;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import dev.weft.stages.testkit.FixedContext;
import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class OnnxReloadTest {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int WIDTH = 256;

  /** A leak of the weights alone would be 262 MB; 0.3 MB is what is usual. */
  private static final long GROWTH_MAX = 8 << 20;

  @TempDir private Path folder = Path.of(".");

  @Test
  void loadsRunsAndUnloadsAThousandTimesWithoutGrowing() throws IOException {
    var fixture = new OnnxFixture(folder);
    var model = fixture.write("model.onnx", TinyModels.matMulChain(WIDTH, 1));
    var declared = OnnxModels.signature(model);
    try (var pool = new TensorPool(1 << 20, TensorPool.LeakTracing.ON)) {
      // The first collection gives the heap's surplus back to the system, which takes a while.
      for (var round = 0; round < 4; round++) {
        cycles(100, fixture, model, declared, pool);
        nonHeapBytes();
      }
      var before = nonHeapBytes();
      cycles(1000, fixture, model, declared, pool);
      var grown = nonHeapBytes() - before;

      assertTrue(grown < GROWTH_MAX, "grew by " + grown + " bytes");
    }
  }

  private static void cycles(
      int count, OnnxFixture fixture, Path model, Signature declared, TensorPool pool) {
    for (var cycle = 0; cycle < count; cycle++) {
      try (var stage = fixture.stage(model, declared, Map.of(), pool);
          var x = pool.floats(Shape.of(1, WIDTH), new float[WIDTH])) {
        stage.prepare(FixedContext.of(pool));
        stage.run(FixedContext.of(pool), List.of(x)).forEach(Tensor::close);
      }
    }
  }

  /** Resident anonymous memory, less what the Java heap has committed. */
  private static long nonHeapBytes() throws IOException {
    System.gc();
    var line =
        Files.readAllLines(STATUS).stream()
            .filter(text -> text.startsWith("RssAnon:"))
            .findFirst()
            .orElseThrow();
    var resident = Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
    return resident - Runtime.getRuntime().totalMemory();
  }
}
