package dev.weft.stages.audio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.stages.image.StageRun;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import dev.weft.stages.testkit.StageContract;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class AudioContractTest {

  @Test
  void decodeKeepsTheContract() {
    var contract =
        contract(
            new DecodeFactory(), pool -> List.of(encoded(pool, WavBytes.pcm16(2, 8_000, 1, 2))));
    contract.check();
    var refused = contract.checkRefuses(pool -> List.of(encoded(pool, new byte[] {1, 2, 3})));
    assertEquals(ErrorCode.INVALID_INPUT, refused.code());
  }

  @Test
  void resampleKeepsTheContract() {
    var contract =
        contract(new ResampleFactory(), pool -> recording(pool, 44_100, Shape.of(300, 2)));
    contract.check();
    contract.checkRefuses(pool -> recording(pool, 5, Shape.of(300, 2)));
    contract(new ResampleFactory(), pool -> recording(pool, 16_000, Shape.of(300, 2))).check();
    contract(new ResampleFactory(), pool -> recording(pool, 16_000, Shape.of(300, 1))).check();
  }

  @Test
  void framesKeepTheContract() {
    contract(new FramesFactory(), pool -> List.of(ramp(pool, Shape.of(1_300)))).check();
    contract(new FramesFactory(), pool -> List.of(ramp(pool, Shape.of(0)))).check();
  }

  @Test
  void segmentsKeepTheContract() {
    var contract = contract(new SegmentsFactory(), pool -> List.of(ramp(pool, Shape.of(40, 1))));
    contract.check();
    contract.checkRefuses(pool -> List.of(pool.floats(Shape.of(1, 1), Float.NaN)));
  }

  @Test
  void levelKeepsTheContract() {
    var contract = contract(new LevelFactory(), pool -> List.of(ramp(pool, Shape.of(40))));
    contract.check();
    contract.checkRefuses(pool -> List.of(pool.floats(Shape.of(1), Float.NaN)));
  }

  private static StageContract contract(
      StageFactory factory, Function<TensorPool, List<Tensor>> samples) {
    return StageContract.of(
        factory, pool -> StageRun.setup(factory, Map.of(), Map.of(), pool), samples);
  }

  private static Tensor encoded(TensorPool pool, byte[] wav) {
    return pool.bytes(Shape.of(1), List.of(wav));
  }

  private static List<Tensor> recording(TensorPool pool, long sampleRate, Shape shape) {
    return List.of(ramp(pool, shape), pool.longs(Shape.of(1), sampleRate));
  }

  /** From 0 up to 1. */
  private static Tensor ramp(TensorPool pool, Shape shape) {
    var values = new float[(int) shape.elements()];
    for (var i = 0; i < values.length; i++) {
      values[i] = (float) i / values.length;
    }
    return pool.floats(shape, values);
  }
}
