package dev.weft.stages.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.stages.image.StageRun;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.testkit.StageContract;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TextContractTest {

  @Test
  void tokenizeKeepsTheContract() {
    var factory = new TokenizeFactory();
    var contract =
        StageContract.of(
            factory,
            pool -> StageRun.setup(factory, Map.of(), TokenizeStageTest.FILES, pool),
            pool -> List.of(pool.strings(List.of("hello world", "weaving a cafe", ""))));
    contract.check();
    var refused =
        contract.checkRefuses(
            pool -> List.of(pool.bytes(Shape.of(1), List.of(new byte[] {(byte) 0xC0}))));
    assertEquals(ErrorCode.INVALID_INPUT, refused.code());
  }

  @Test
  void poolKeepsTheContract() {
    var factory = new PoolFactory();
    var contract =
        StageContract.of(
            factory,
            pool -> StageRun.setup(factory, Map.of(), Map.of(), pool),
            pool ->
                List.of(
                    pool.floats(Shape.of(2, 2, 2), 1, 2, 3, 4, 5, 6, 7, 8),
                    pool.longs(Shape.of(2, 2), 1, 1, 1, 0)));
    contract.check();
    contract.checkRefuses(
        pool -> List.of(pool.floats(Shape.of(1, 1, 1), 1), pool.longs(Shape.of(1, 1), 0)));
  }
}
