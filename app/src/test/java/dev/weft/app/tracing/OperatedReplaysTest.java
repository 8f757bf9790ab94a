package dev.weft.app.tracing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.Lane;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.TensorMemoryException;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OperatedReplaysTest {

  @Test
  void aRunBeginsWhileALoopIsIdleAndBackgroundFramesNeedNotWait() {
    assertTrue(OperatedReplays.mayBegin(1, 2, Set.of()));
    assertTrue(OperatedReplays.mayBegin(1, 2, EnumSet.of(Lane.SHADOW)));
    assertFalse(OperatedReplays.mayBegin(2, 2, Set.of()));
    assertFalse(OperatedReplays.mayBegin(0, 2, EnumSet.of(Lane.SHADOW, Lane.BACKGROUND)));
  }

  @Test
  void memoryThatIsNotThereIsSaidToBeThat() {
    var tensors = OperatedReplays.refusal(new TensorMemoryException("tensor FP32[9]: 36 bytes"));
    assertEquals(ErrorCode.OUT_OF_MEMORY, tensors.code());
    assertTrue(
        String.valueOf(tensors.getMessage()).startsWith("tensor FP32[9]: 36 bytes; "),
        tensors::getMessage);
    assertEquals(
        ErrorCode.OUT_OF_MEMORY, OperatedReplays.refusal(new OutOfMemoryError("heap")).code());
    assertEquals(
        ErrorCode.INTERNAL, OperatedReplays.refusal(new IllegalStateException("a bug")).code());
  }
}
