package dev.weft.stages.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import dev.weft.stages.testkit.StageContract;
import dev.weft.stages.text.CtcDecodeFactory;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageContractTest {

  @TempDir Path folder = Path.of("");

  private static StageContract contract(
      StageFactory factory,
      Map<String, Object> options,
      Function<TensorPool, List<Tensor>> samples) {
    return StageContract.of(
        factory, pool -> StageRun.setup(factory, options, Map.of(), pool), samples);
  }

  private static Tensor noise(TensorPool pool, long... dims) {
    var random = new Random(3);
    var tensor = pool.allocate(Datatype.UINT8, Shape.of(dims));
    for (var i = 0L; i < tensor.byteSize(); i++) {
      tensor.segment().set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
    }
    return tensor;
  }

  private static Tensor boxes(TensorPool pool) {
    return pool.floats(Shape.of(2, 4, 2), 1, 1, 9, 2, 9, 6, 1, 5, 2, 1, 4, 1, 4, 11, 2, 11);
  }

  @Test
  void decodeKeepsTheContract() {
    var file = Pictures.file(new BufferedImage(9, 5, BufferedImage.TYPE_INT_RGB), "png");
    var contract =
        contract(
            new DecodeFactory(), Map.of(), pool -> List.of(pool.bytes(Shape.of(1), List.of(file))));
    contract.check();
    var refused =
        contract.checkRefuses(
            pool -> List.of(pool.bytes(Shape.of(1), List.of(new byte[] {1, 2, 3}))));
    assertEquals(ErrorCode.INVALID_INPUT, refused.code());
  }

  @Test
  void resizeKeepsTheContract() {
    var contract =
        contract(
            new ResizeFactory(), Map.of("limit", 16L), pool -> List.of(noise(pool, 40, 20, 3)));
    contract.check();
    contract.checkRefuses(pool -> List.of(noise(pool, 0, 20, 3)));
  }

  @Test
  void normalizeKeepsTheContract() {
    contract(new NormalizeFactory(), Map.of(), pool -> List.of(noise(pool, 7, 5, 3))).check();
  }

  @Test
  void textBoxesKeepTheContract() {
    contract(
            new TextBoxesFactory(),
            Map.of(),
            pool -> {
              var map = new float[20 * 30];
              for (var i = 0; i < map.length; i++) {
                map[i] = i / 30 % 10 < 5 && i % 30 > 3 ? 0.9f : 0.1f;
              }
              return List.of(pool.floats(Shape.of(1, 1, 20, 30), map), noise(pool, 40, 60, 3));
            })
        .check();
  }

  @Test
  void cropLinesKeepsTheContract() {
    var contract =
        contract(
            new CropLinesFactory(), Map.of(), pool -> List.of(noise(pool, 12, 10, 3), boxes(pool)));
    contract.check();
    contract.checkRefuses(pool -> List.of(noise(pool, 0, 10, 3), boxes(pool)));
  }

  @Test
  void normalizeLinesKeepsTheContract() {
    var contract =
        contract(
            new NormalizeLinesFactory(),
            Map.of("width", 12L),
            pool -> List.of(noise(pool, 2, 8, 20, 3), pool.longs(Shape.of(2), 20, 3)));
    contract.check();
    contract.checkRefuses(
        pool -> List.of(noise(pool, 2, 8, 20, 3), pool.longs(Shape.of(2), 21, 3)));
  }

  @Test
  void turnUprightKeepsTheContract() {
    for (var upsideDown : new float[] {0, 1}) {
      contract(
              new TurnUprightFactory(),
              Map.of(),
              pool ->
                  List.of(
                      noise(pool, 1, 8, 20, 3),
                      pool.longs(Shape.of(1), 15),
                      pool.floats(Shape.of(1, 2), 1 - upsideDown, upsideDown)))
          .check();
    }
  }

  @Test
  void ctcDecodeKeepsTheContract() throws IOException {
    var file = Files.writeString(folder.resolve("symbols.txt"), "a\nb\n");
    var factory = new CtcDecodeFactory();
    var contract =
        StageContract.of(
            factory,
            pool -> StageRun.setup(factory, Map.of(), Map.of("dictionary", file), pool),
            pool -> List.of(pool.floats(Shape.of(1, 2, 4), 0, 1, 0, 0, 0, 0, 0, 1)));
    contract.check();
    contract.checkRefuses(pool -> List.of(pool.floats(Shape.of(1, 1, 3), 0, 1, 0)));
  }
}
