package dev.weft.fabric.pipeline;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Tensor;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What became of one frame; every submitted frame has exactly one.
 *
 * <p>A {@link Completed} answer owns its output tensors: close the answer when done with them.
 */
public sealed interface Answer extends AutoCloseable {

  Timings timings();

  @Override
  default void close() {}

  /**
   * The frame went through.
   *
   * @param outputs the pipeline's outputs by name; those of skipped steps may be absent
   * @param quality what it lacks
   */
  record Completed(Map<String, Tensor> outputs, Quality quality, Timings timings)
      implements Answer {
    public Completed {
      // One output, the common case, has no order to keep.
      outputs =
          outputs.size() == 1
              ? Map.copyOf(outputs)
              : Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    }

    /** Steps that did not run. */
    public List<Skipped> skipped() {
      return quality.skipped();
    }

    /**
     * The output of this name, valid until this answer is closed.
     *
     * @throws IllegalArgumentException if it is absent
     */
    public Tensor output(String name) {
      var tensor = outputs.get(name);
      if (tensor == null) {
        throw new IllegalArgumentException(
            "output: '%s' (expected: one of %s)".formatted(name, outputs.keySet()));
      }
      return tensor;
    }

    @Override
    public void close() {
      outputs.values().forEach(Tensor::close);
      quality.deferred().ifPresent(Deferred::abandon);
    }
  }

  /**
   * The frame was let go on purpose.
   *
   * @param where the pipeline, or the step before which it happened
   * @param retryAfter when such a frame would have a chance again, as it looks now
   */
  record Dropped(DropReason reason, String where, Optional<Duration> retryAfter, Timings timings)
      implements Answer {
    public Dropped(DropReason reason, String where, Timings timings) {
      this(reason, where, Optional.empty(), timings);
    }
  }

  /**
   * Something was wrong.
   *
   * @param message what, where, and what was expected
   */
  record Failed(ErrorCode code, String message, Timings timings) implements Answer {}
}
