package dev.weft.fabric.earlier;

import dev.weft.fabric.pipeline.Answer;
import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.tensor.TensorMemoryException;
import java.time.Duration;

/** An earlier answer that could be given in place of one of a frame's own. Holds no lease. */
public final class Earlier {

  private final KeptAnswer answer;
  private final Duration age;

  Earlier(KeptAnswer answer, Duration age) {
    this.answer = answer;
    this.age = age;
  }

  /** Since it was given first. */
  public Duration age() {
    return age;
  }

  /**
   * It, marked as stale with its age; to be closed by whom it is given to.
   *
   * @param totalNanos that its caller waited for it
   * @throws TensorMemoryException if there is no memory for it
   */
  public Answer.Completed answer(TensorAllocator tensors, long totalNanos) {
    return answer.again(tensors, age, totalNanos);
  }
}
