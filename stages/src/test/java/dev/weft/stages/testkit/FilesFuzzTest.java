package dev.weft.stages.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.audio.DecodeFactory;
import dev.weft.stages.image.StageRun;
import dev.weft.stages.input.InputContent;
import dev.weft.stages.input.InputFile;
import dev.weft.stages.input.Npy;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Valid files with bytes changed, cut, doubled and put in: read whole or refused in words. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FilesFuzzTest {

  private static final int MUTATIONS = 2_000;
  private static final byte[] TELLING = {0, 1, 0x7F, (byte) 0x80, (byte) 0xFF, '9', '-', '['};

  @TempDir private Path folder = Path.of(".");

  @Test
  void readsOrRefusesMutatedNpyFiles() {
    try (var pool = new TensorPool(1 << 20, TensorPool.LeakTracing.ON);
        var floats = pool.floats(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
        var strings = pool.strings(List.of("one", "two", "three"))) {
      var numbers = TensorSpec.of("x", Datatype.FP32, -1, -1);
      var texts = TensorSpec.of("x", Datatype.BYTES, -1);
      fuzz("a.npy", Npy.write(floats), reader(numbers));
      fuzz("b.npy", Npy.write(strings), reader(texts));
    }
  }

  @Test
  void readsOrRefusesMutatedJson() {
    var floats = TensorSpec.of("x", Datatype.FP32, -1, 2);
    var whole = TensorSpec.of("x", Datatype.INT64, -1, 2);
    var object = "{\"shape\": [2, 2], \"datatype\": \"FP32\", \"data\": [[1, 2], [3, 9e1]]}";
    fuzz("a.json", object.getBytes(StandardCharsets.UTF_8), reader(floats));
    fuzz("b.json", "[[1, 2], [3, 40]]".getBytes(StandardCharsets.UTF_8), reader(whole));
    var texts = TensorSpec.of("x", Datatype.BYTES, -1);
    fuzz("c.json", "[\"a\\u00e9\", \"\"]".getBytes(StandardCharsets.UTF_8), reader(texts));
  }

  @Test
  void readsOrRefusesMutatedPictures() {
    var spec = TensorSpec.of("x", Datatype.UINT8, -1, -1, 3);
    fuzz("a.png", SampleFiles.png(), reader(spec));
    fuzz("a.jpg", SampleFiles.jpeg(), reader(spec));
  }

  @Test
  void decodesOrRefusesMutatedRecordings() {
    var spec = TensorSpec.of("x", Datatype.BYTES, 1).withSemantic("audio/wav");
    try (var stage = StageRun.stage(new DecodeFactory(), Map.of())) {
      fuzz(
          "a.wav",
          SampleFiles.wav(),
          (name, content, pool) -> {
            try (var encoded = InputFile.read(written(name, content), spec, pool)) {
              stage.run(FixedContext.of(pool), List.of(encoded)).forEach(Tensor::close);
            }
          });
    }
  }

  /** What is done with one mutated file. */
  private interface Reader {
    void read(String name, byte[] content, TensorPool pool);
  }

  private static Reader reader(TensorSpec spec) {
    return (name, content, pool) -> InputContent.read(name, content, spec, pool).close();
  }

  private void fuzz(String name, byte[] valid, Reader reader) {
    try (var fuzz = new FuzzRun()) {
      fuzz.attempt(name, pool -> reader.read(name, valid, pool));
      assertEquals(1, fuzz.taken(), name + ": the valid file refused");
      for (var seed = 0; seed < MUTATIONS; seed++) {
        var content = mutated(valid, new Random(seed));
        fuzz.attempt("%s, seed %d".formatted(name, seed), pool -> reader.read(name, content, pool));
      }
      assertTrue(fuzz.refused() > MUTATIONS / 10, () -> name + ": hardly any file refused");
    }
  }

  private Path written(String name, byte[] content) {
    try {
      return Files.write(folder.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] mutated(byte[] valid, Random random) {
    var content = valid;
    for (var changes = 1 + random.nextInt(4); changes > 0 && content.length > 0; changes--) {
      content = changed(content, random);
    }
    return content;
  }

  private static byte[] changed(byte[] content, Random random) {
    // Headers stand first and decide most, so half of the changes are made there.
    var at = random.nextInt(random.nextBoolean() ? Math.min(128, content.length) : content.length);
    var changed = content.clone();
    switch (random.nextInt(6)) {
      case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> changed[at] = (byte) random.nextInt();
      case 2 -> changed[at] = TELLING[random.nextInt(TELLING.length)];
      case 3 -> changed = Arrays.copyOf(content, at);
      case 4 -> changed = spliced(content, at, content);
      default -> changed = spliced(content, at, new byte[] {(byte) random.nextInt()});
    }
    return changed;
  }

  /** {@code content} with {@code more} put in at {@code at}. */
  private static byte[] spliced(byte[] content, int at, byte[] more) {
    return ByteBuffer.allocate(content.length + more.length)
        .put(content, 0, at)
        .put(more)
        .put(content, at, content.length - at)
        .array();
  }
}
