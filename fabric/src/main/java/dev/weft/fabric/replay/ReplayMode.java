package dev.weft.fabric.replay;

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
}
