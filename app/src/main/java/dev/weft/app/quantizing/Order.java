package dev.weft.app.quantizing;

import dev.weft.stages.calibration.RangeRule;
import dev.weft.stages.quantize.ErrorTolerance;
import dev.weft.stages.quantize.Method;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a person wants to have quantized, and how.
 *
 * @param calibrate a trace or a folder of inputs
 * @param sources where in a trace an input is, by its name
 * @param dims sizes of named dimensions where inputs are generated
 * @param keep nodes that stay as they are
 * @param reducedRange whether int8 weights use 7 bits whatever this processor can do
 * @param sensitivity whether to tell what each layer costs
 * @param framesMax most runs read of what was recorded
 * @param rounds of both models in turns
 * @param target what is written
 */
public record Order(
    Path model,
    Method method,
    Optional<Path> calibrate,
    Map<String, String> sources,
    Map<String, Long> dims,
    RangeRule ranges,
    List<String> keep,
    Optional<ErrorTolerance> budget,
    boolean reducedRange,
    boolean sensitivity,
    int framesMax,
    int rounds,
    Target target) {

  public Order {
    sources = Map.copyOf(sources);
    dims = Map.copyOf(dims);
    keep = List.copyOf(keep);
  }
}
