package dev.weft.stages.quantize;

import dev.weft.stages.graph.NodeSite;
import dev.weft.stages.graph.Nodes;
import dev.weft.stages.graph.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code Conv}, grouped ones too, between inputs and outputs as bytes of calibrated ranges, with
 * int8 weights of a scale per output channel and an int32 bias; takes in a {@code Relu} after it.
 *
 * @param levels of the weights on each side of zero
 */
record StaticConv(int levels, StaticPlan plan) implements Form {

  @Override
  public boolean concerns(NodeSite site) {
    return site.is("Conv");
  }

  /** Why a convolution cannot be written so, whatever its ranges. */
  static Optional<String> problem(NodeSite site) {
    var isBiasComputed = site.has(2) && site.weight(2).filter(Weight::isFloat).isEmpty();
    return ConvWeight.problem(site)
        .or(() -> isBiasComputed ? Optional.of("its bias is computed") : Optional.empty());
  }

  @Override
  public Optional<String> apply(NodeSite site) {
    var problem = problem(site);
    if (problem.isPresent()) {
      return problem;
    }
    var output = site.output(0);
    var result = plan.rectified().getOrDefault(output, output);
    var in = plan.range(site, site.input(0));
    var out = plan.range(site, result);
    if (in.isEmpty() || out.isEmpty()) {
      return Optional.of(StaticPlan.unseen(site));
    }
    var weight = ConvWeight.of(site);
    var int8 = weight.int8(site.name(), levels);
    var bias = site.weight(2).map(numbers -> Int32Bias.of(numbers, site.name(), int8, in.get()));
    if (bias.isPresent() && !bias.get().fits()) {
      return Optional.of("its bias is too large for 32 bits in units of its weights");
    }
    var scope = site.scope();
    var bytes = new StaticInput(plan.operators());
    var inputs = new ArrayList<String>();
    inputs.add(bytes.through(site.input(0), in.get(), scope));
    inputs.add(floats(site, weight.constant(int8, weight.channels()), "_weight"));
    bias.ifPresent(fitting -> inputs.add(floats(site, fitting.constant(scope), "_bias")));
    var raw = scope.fresh(output + "_raw");
    scope.emit(site.node().toBuilder().clearInput().addAllInput(inputs).setOutput(0, raw).build());
    bytes.write(raw, result, out.get(), scope);
    return Optional.empty();
  }

  /** A constant of integers as floats, which the runtime fuses into the convolution. */
  private String floats(NodeSite site, IntegerConstant constant, String suffix) {
    var name = site.scope().fresh(site.output(0) + suffix);
    var parts = List.of(constant.values(), constant.scales(), constant.zeroPoints());
    site.scope().emit(Nodes.with(plan.operators().dequantize(parts, name), "axis", 0));
    return name;
  }
}
