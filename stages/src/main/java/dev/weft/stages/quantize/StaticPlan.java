package dev.weft.stages.quantize;

import dev.weft.stages.calibration.Range;
import dev.weft.stages.calibration.RangeRule;
import dev.weft.stages.calibration.Samples;
import dev.weft.stages.graph.ModelGraph;
import dev.weft.stages.graph.NodeSite;
import dev.weft.stages.tensor.TensorPool;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What static int8 knows of a model before it writes: the ranges of the tensors at the borders of
 * its integer operators, and which activations those take in.
 *
 * @param ranges by tensor of the outermost graph
 * @param rectified output of a convolution to that of the {@code Relu} that alone reads it: a range
 *     that begins at zero rectifies by itself
 */
record StaticPlan(
    ByteOperators operators, Map<String, Range> ranges, Map<String, String> rectified) {

  StaticPlan {
    ranges = Map.copyOf(ranges);
    rectified = Map.copyOf(rectified);
  }

  static StaticPlan of(ModelGraph graph, RangeRule rule, Samples samples, TensorPool pool) {
    var convolved = new HashSet<String>();
    var rectified = new HashMap<String, String>();
    var watched = new TreeSet<String>();
    graph.rewrite(
        site -> {
          collect(site, convolved, rectified, watched);
          return false;
        });
    var ranges = rule.ranges(graph, watched, samples, pool);
    return new StaticPlan(new ByteOperators(graph.operatorSet()), ranges, rectified);
  }

  private static void collect(
      NodeSite site, Set<String> convolved, Map<String, String> rectified, Set<String> watched) {
    if (!site.scope().isOutermost()) {
      return;
    }
    if (site.is("Conv") && StaticConv.problem(site).isEmpty()) {
      convolved.add(site.output(0));
      watched.add(site.input(0));
      watched.add(site.output(0));
    } else if (isProduct(site) && MatrixWeight.of(site).problem().isEmpty()) {
      watched.add(site.input(0));
    } else if (site.is("Relu")
        && convolved.contains(site.input(0))
        && site.scope().uses(site.input(0)) == 1) {
      rectified.put(site.input(0), site.output(0));
      watched.add(site.output(0));
    }
  }

  static boolean isProduct(NodeSite site) {
    return site.is("MatMul") || site.is("Gemm");
  }

  /** The range of a tensor a node reads or writes; empty if nobody saw it. */
  Optional<Range> range(NodeSite site, String tensor) {
    return site.scope().isOutermost() ? Optional.ofNullable(ranges.get(tensor)) : Optional.empty();
  }

  /** Why a node has no ranges. */
  static String unseen(NodeSite site) {
    return site.scope().isOutermost()
        ? "what it reads did not come out in calibration"
        : "it stands in a nested graph, whose tensors no calibration sees";
  }
}
