package dev.weft.fabric.replay;

import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.fabric.trace.FrameRecord;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** What a replay takes from the record, and what it does anew. */
public sealed interface ReplayMode {

  /** Tensors anew, under the decisions and in the batches recorded. */
  record Faithful() implements ReplayMode {}

  /**
   * Gates, splits and conditions are decided anew, as the manifest is now; what the load of the
   * moment decided stays as recorded.
   */
  record Redecide() implements ReplayMode {}

  /**
   * As recorded, but with other variants.
   *
   * @param variants by the name of the stage
   */
  record OtherVariants(Map<String, String> variants) implements ReplayMode {
    public OtherVariants {
      variants = Map.copyOf(variants);
    }
  }

  /**
   * As recorded, and at one step another variant beside it, on the same inputs.
   *
   * @param step in whatever pipelines have it
   * @param variant of the stage that ran there
   */
  record Beside(String step, String variant, Observer observer) implements ReplayMode {

    /** Is told what both gave. */
    public interface Observer {

      /**
       * Both ran.
       *
       * @param asRecorded outputs of the variant that was recorded, lent until the return, as
       *     {@code beside}'s
       */
      void ran(FrameRecord frame, PlanStep step, List<Tensor> asRecorded, List<Tensor> beside);

      /**
       * The variant beside failed where the recorded one did not.
       *
       * @param asRecorded outputs of the variant that was recorded, lent until the return
       */
      void failed(
          FrameRecord frame,
          PlanStep step,
          List<Tensor> asRecorded,
          ErrorCode code,
          String message);
    }
  }
}
