package dev.weft.stages.onnx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
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

/**
 * Watches the native memory of a process of its own, whose Java heap is touched as a whole from the
 * start, so that only memory outside it can grow.
 */
@EnabledOnOs(OS.LINUX)
class OnnxReloadTest {

  private static final int WIDTH = 256;

  /** A leak of the weights alone would be 262 MB; 0.3 MB is what is usual. */
  private static final long GROWTH_MAX = 8 << 20;

  @TempDir private Path folder = Path.of(".");

  @Test
  void loadsRunsAndUnloadsAThousandTimesWithoutGrowing() throws Exception {
    var child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms64m",
                "-Xmx64m",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                OnnxReloadTest.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    var said = new String(child.getInputStream().readAllBytes(), UTF_8).strip();

    assertEquals(0, child.waitFor(), said);
    var grown = Long.parseLong(said.substring(said.lastIndexOf('\n') + 1));
    assertTrue(grown < GROWTH_MAX, "grew by " + grown + " bytes");
  }

  /** Prints by how many bytes a thousand cycles made this process grow. */
  public static void main(String[] args) throws IOException {
    var fixture = new OnnxFixture(Path.of(args[0]));
    var model = fixture.write("model.onnx", TinyModels.matMulChain(WIDTH, 1));
    var declared = OnnxModels.signature(model);
    try (var pool = new TensorPool(1 << 20, TensorPool.LeakTracing.ON)) {
      cycles(300, fixture, model, declared, pool);
      var before = residentBytes();
      cycles(1000, fixture, model, declared, pool);
      System.out.println(residentBytes() - before);
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

  private static long residentBytes() throws IOException {
    System.gc();
    var line =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(text -> text.startsWith("RssAnon:"))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
  }
}
