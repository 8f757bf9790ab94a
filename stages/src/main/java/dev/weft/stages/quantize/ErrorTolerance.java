package dev.weft.stages.quantize;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import java.util.HashMap;
import java.util.Map;

/**
 * The most error a quantized model may have.
 *
 * @param relativeL2 of any output, over all inputs
 */
public record ErrorTolerance(double relativeL2) {

  private static final String OVER = "one of those that cost most, kept for the error budget";

  public ErrorTolerance {
    if (!(relativeL2 > 0)) {
      throw new IllegalArgumentException("budget: %s (expected: > 0)".formatted(relativeL2));
    }
  }

  /**
   * The model with as few of the most costly layers kept as the budget asks for, found by halving:
   * a layer kept is taken to lower the error.
   *
   * @param keep nodes that stay in any case, each with the reason
   * @throws StageException with {@link ErrorCode#FAILED_PRECONDITION} if it takes all layers
   */
  public Quantized hold(
      Quantizer quantizer, Map<String, String> keep, Sensitivity sensitivity, Original original) {
    var all = quantizer.write(keep);
    if (original.worst(all.model()) <= relativeL2) {
      return all;
    }
    // Too few kept below, enough kept at least from here on.
    var below = 0;
    var enough = sensitivity.layers().size();
    var best = all;
    while (enough - below > 1) {
      var middle = (below + enough) / 2;
      var tried = quantizer.write(keeping(keep, sensitivity, middle));
      if (original.worst(tried.model()) <= relativeL2) {
        enough = middle;
        best = tried;
      } else {
        below = middle;
      }
    }
    if (best == all) {
      throw new StageException(
          ErrorCode.FAILED_PRECONDITION,
          "error budget: %s (expected: more; no layer can be quantized within it, the cheapest"
                  .formatted(relativeL2)
              + " costs %s)".formatted(sensitivity.layers().getLast().error()));
    }
    return best;
  }

  private static Map<String, String> keeping(
      Map<String, String> keep, Sensitivity sensitivity, int count) {
    var more = new HashMap<>(keep);
    sensitivity.layers().subList(0, count).forEach(layer -> more.put(layer.node(), OVER));
    return more;
  }
}
