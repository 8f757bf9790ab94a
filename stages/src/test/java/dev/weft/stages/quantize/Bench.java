package dev.weft.stages.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.stages.calibration.Samples;
import dev.weft.stages.graph.ModelGraph;
import dev.weft.stages.onnx.OnnxModels;
import dev.weft.stages.onnx.OnnxRunner;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A folder to write models to, and memory to run them in; nothing may be left on lease. */
final class Bench implements AutoCloseable {

  private static final Path CPU = Path.of("/proc/cpuinfo");
  private static final boolean IS_EXACT = isExact();

  private final Path folder;
  private final TensorPool pool = new TensorPool(64 << 20, TensorPool.LeakTracing.ON);

  Bench(Path folder) {
    this.folder = folder;
  }

  TensorPool pool() {
    return pool;
  }

  Path write(byte[] model) {
    try {
      return Files.write(folder.resolve("model.onnx"), model);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Quantizer quantizer(byte[] model, Settings settings, Optional<Samples> samples) {
    return Quantizer.of(OnnxModels.simplified(write(model)), settings, samples, pool, "test");
  }

  /**
   * Settings of a method under which this machine's processor adds products of bytes up exactly, as
   * {@code weft quantize} takes them.
   */
  static Settings settings(Method method) {
    var settings = Settings.of(method);
    return IS_EXACT ? settings : settings.withReducedRange();
  }

  /** Levels on each side of zero of the int8 weights that {@link #settings} lead to. */
  static int levels() {
    return settings(Method.INT8_DYNAMIC).levels();
  }

  private static boolean isExact() {
    var cpu = new HashSet<>(Set.of(System.getProperty("os.arch", "")));
    try (var lines = Files.lines(CPU)) {
      lines
          .filter(line -> line.startsWith("flags"))
          .flatMap(line -> Stream.of(line.split("\\s+")))
          .forEach(cpu::add);
    } catch (IOException e) {
      return ByteProducts.of(cpu) == ByteProducts.EXACT; // Known by its architecture alone.
    }
    return ByteProducts.of(cpu) == ByteProducts.EXACT;
  }

  Quantized quantize(byte[] model, Method method) {
    return quantizer(model, settings(method), Optional.empty()).write(Map.of());
  }

  /** The first output of a model, in a run on one tensor for each input. */
  float[] run(byte[] model, Map<String, Tensor> inputs) {
    try (var runner = OnnxRunner.load("test", model, pool)) {
      var outputs = runner.run(inputs);
      var first = outputs.values().iterator().next().toFloats();
      outputs.values().forEach(Tensor::close);
      return first;
    } finally {
      inputs.values().forEach(Tensor::close);
    }
  }

  Map<String, Tensor> input(String name, float[] values, long... dims) {
    var inputs = new LinkedHashMap<String, Tensor>();
    inputs.put(name, pool.floats(Shape.of(dims), values));
    return inputs;
  }

  /** The operators a model uses, nested graphs included, each once. */
  static Set<String> operators(byte[] model) {
    var found = new TreeSet<String>();
    ModelGraph.parse("test", model)
        .rewrite(
            site -> {
              found.add(site.node().getOpType());
              return false;
            });
    return found;
  }

  static float[] gaussian(Random random, int count, double deviation) {
    var values = new float[count];
    for (var i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    return values;
  }

  /** Root of the summed squares of the difference over that of {@code expected}. */
  static double relativeError(float[] expected, float[] actual) {
    assertEquals(expected.length, actual.length);
    var error = 0.0;
    var energy = 0.0;
    for (var i = 0; i < expected.length; i++) {
      error += Math.pow(actual[i] - expected[i], 2);
      energy += Math.pow(expected[i], 2);
    }
    return Math.sqrt(error / energy);
  }

  @Override
  public void close() {
    assertEquals(0, pool.leased(), () -> pool.leaks().toString());
    pool.close();
  }
}
