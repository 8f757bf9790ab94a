package dev.weft.stages.math;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import dev.weft.stages.testkit.FixedContext;
import dev.weft.stages.testkit.StageContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MathStagesTest {

  private final TensorPool pool = new TensorPool(1 << 20, TensorPool.LeakTracing.ON);

  @TempDir private Path folder = Path.of(".");

  @AfterEach
  void closePool() {
    pool.close();
  }

  @Test
  void turnsRowsIntoProbabilitiesWithoutOverflow() {
    var values = pool.floats(Shape.of(2, 3), 1000, 1000, Float.NEGATIVE_INFINITY, 0, 1, 2);
    var probabilities = run(new SoftmaxFactory(), Map.of(), Map.of(), values).getFirst();

    assertArrayEquals(
        new float[] {0.5f, 0.5f, 0, 0.09003057f, 0.24472848f, 0.66524094f},
        probabilities.toFloats(),
        1e-7f);
    probabilities.close();
    contract(new SoftmaxFactory(), Map.of(), Map.of(), from -> List.of(row(from, 1, 2, 3))).check();
  }

  @Test
  void refusesToMakeProbabilitiesOfNotANumber() {
    var contract =
        contract(new SoftmaxFactory(), Map.of(), Map.of(), from -> List.of(row(from, 1, 2)));
    for (var bad : List.of(Float.NaN, Float.POSITIVE_INFINITY)) {
      var error = contract.checkRefuses(from -> List.of(row(from, 1, bad)));
      assertEquals(ErrorCode.INVALID_INPUT, error.code());
    }
  }

  @Test
  void picksTheSameAsAFullSortFirstOfEqualsFirst() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    for (var round = 0; round < 300; round++) {
      var values = new float[1 + random.nextInt(40)];
      for (var i = 0; i < values.length; i++) {
        values[i] = random.nextInt(10);
      }
      var k = 1 + random.nextInt(values.length);
      var sorted =
          IntStream.range(0, values.length)
              .boxed()
              .sorted(Comparator.comparing(i -> -values[i]))
              .limit(k)
              .mapToInt(Integer::intValue)
              .toArray();
      assertArrayEquals(
          sorted, TopK.indices(values, k), "seed " + seed + ": " + Arrays.toString(values));
    }
  }

  @Test
  void givesValuesPlacesAndLabels() {
    var files = Map.of("labels", file("labels.txt", "stop\ngo\nwait\n"));
    Map<String, Object> options = Map.of("k", 2L, "withLabels", true);
    var outputs = run(new TopKFactory(), options, files, row(pool, 0.1f, 0.7f, 0.2f));

    assertArrayEquals(new float[] {0.7f, 0.2f}, outputs.get(0).toFloats());
    assertArrayEquals(new long[] {1, 2}, outputs.get(1).toLongs());
    assertEquals(List.of("go", "wait"), outputs.get(2).toStrings());
    outputs.forEach(Tensor::close);
    var contract = contract(new TopKFactory(), options, files, from -> List.of(row(from, 3, 1, 2)));
    contract.check();
    contract.checkRefuses(from -> List.of(row(from, 1, 2)));
    contract.checkRefuses(from -> List.of(row(from, 1, Float.NaN, 2)));
  }

  @Test
  void refusesAKThatNoRowCanHave() {
    for (var k : List.of(0L, 10_001L)) {
      var error =
          assertThrows(
              StageException.class,
              () ->
                  new TopKFactory()
                      .create(setup(new TopKFactory(), Map.of("k", k), Map.of(), pool)));
      assertEquals(ErrorCode.INVALID_MANIFEST, error.code());
    }
  }

  @Test
  void findsTheNearestLabelsByTheirBestVector() {
    var files = intents();
    Map<String, Object> options = Map.of("k", 2L);
    var outputs = run(new NearestLabelsFactory(), options, files, row(pool, 3, 4));

    assertEquals(List.of("buy", "ask"), outputs.get(0).toStrings());
    assertArrayEquals(new float[] {0.8f, 0.6f}, outputs.get(1).toFloats(), 1e-6f);
    outputs.forEach(Tensor::close);
    var contract =
        contract(new NearestLabelsFactory(), options, files, from -> List.of(row(from, 3, 4)));
    contract.check();
    contract.checkRefuses(from -> List.of(row(from, 1, 2, 3)));
    contract.checkRefuses(from -> List.of(row(from, 1, Float.NaN)));
  }

  @Test
  void ordersOnlyTheCandidates() {
    var files = intents();
    var candidates =
        pool.bytes(Shape.of(1, 2), List.of("leave".getBytes(UTF_8), "ask".getBytes(UTF_8)));
    var outputs = run(new RerankLabelsFactory(), Map.of(), files, row(pool, 3, 4), candidates);

    assertEquals(List.of("ask", "leave"), outputs.get(0).toStrings());
    assertArrayEquals(new float[] {0.6f, -0.8f}, outputs.get(1).toFloats(), 1e-6f);
    outputs.forEach(Tensor::close);
    var contract =
        contract(new RerankLabelsFactory(), Map.of(), files, from -> reranked(from, "leave"));
    contract.check();
    var refusal = contract.checkRefuses(from -> reranked(from, "dance"));
    assertTrue(refusal.toString().contains("candidates: 'dance'"), refusal.toString());
  }

  @Test
  void refusesFilesThatDoNotBelongTogether() {
    var vectors = vectors("vectors.npy", 2, 1, 0, 0, 1);
    for (var files :
        List.of(
            Map.of("vectors", vectors, "labels", file("three.txt", "a\nb\nc\n")),
            Map.of("vectors", vectors("nan.npy", 1, Float.NaN), "labels", file("one.txt", "a\n")),
            Map.of("vectors", file("no.npy", "text"), "labels", file("one.txt", "a\n")),
            Map.of("vectors", vectors, "labels", file("none.txt", "")))) {
      var error =
          assertThrows(
              StageException.class,
              () ->
                  new NearestLabelsFactory()
                      .create(setup(new NearestLabelsFactory(), Map.of(), files, pool)));
      assertEquals(ErrorCode.BAD_ARTIFACT, error.code());
    }
  }

  /** ask: (1, 0); buy: (0, 1) and (-1, 0); leave: (0, -1). */
  private Map<String, Path> intents() {
    return Map.of(
        "vectors", vectors("vectors.npy", 2, 2, 0, 0, 1, -1, 0, 0, -5),
        "labels", file("labels.txt", "ask\nbuy\nbuy\nleave\n"));
  }

  private static List<Tensor> reranked(TensorPool from, String label) {
    return List.of(row(from, 3, 4), from.bytes(Shape.of(1, 1), List.of(label.getBytes(UTF_8))));
  }

  private static Tensor row(TensorPool from, float... values) {
    return from.floats(Shape.of(1, values.length), values);
  }

  private Path file(String name, String content) {
    return write(name, content.getBytes(UTF_8));
  }

  private Path vectors(String name, int width, float... values) {
    var header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }"
            .formatted(values.length / width, width);
    var padded = header + " ".repeat(117 - header.length()) + "\n";
    var content =
        ByteBuffer.allocate(10 + padded.length() + values.length * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put((byte) 0x93)
            .put("NUMPY".getBytes(UTF_8))
            .put((byte) 1)
            .put((byte) 0)
            .putShort((short) padded.length())
            .put(padded.getBytes(UTF_8));
    for (var value : values) {
      content.putFloat(value);
    }
    return write(name, content.array());
  }

  private Path write(String name, byte[] content) {
    try {
      return Files.write(folder.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Tensor> run(
      StageFactory factory,
      Map<String, Object> options,
      Map<String, Path> files,
      Tensor... inputs) {
    try (var stage = factory.create(setup(factory, options, files, pool))) {
      return stage.run(FixedContext.of(pool), List.of(inputs));
    } finally {
      Arrays.stream(inputs).forEach(Tensor::close);
    }
  }

  private static StageContract contract(
      StageFactory factory,
      Map<String, Object> options,
      Map<String, Path> files,
      Function<TensorPool, List<Tensor>> samples) {
    return StageContract.of(factory, from -> setup(factory, options, files, from), samples);
  }

  private static StageSetup setup(
      StageFactory factory, Map<String, Object> given, Map<String, Path> files, TensorPool pool) {
    var options = Options.of(factory.options(), given);
    var declared = new Signature(List.of(), List.of());
    return new StageSetup("probe", "only", declared, options, Optional.empty(), files, pool);
  }
}
