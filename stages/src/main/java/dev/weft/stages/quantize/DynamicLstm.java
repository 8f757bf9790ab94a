package dev.weft.stages.quantize;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.weft.stages.graph.NodeSite;
import dev.weft.stages.graph.Nodes;
import dev.weft.stages.graph.Weight;
import java.util.ArrayList;
import java.util.Optional;

/**
 * {@code LSTM} as ONNX Runtime's {@code DynamicQuantizeLSTM}: both weights int8 with a scale per
 * gate and unit. Other recurrent operators have no such form and stay.
 *
 * @param levels of the weights on each side of zero
 */
record DynamicLstm(int levels) implements Form {

  /** X, W, R, B, sequence_lens, initial_h, initial_c, P. */
  private static final int INPUTS = 8;

  @Override
  public boolean concerns(NodeSite site) {
    return site.is("LSTM") || site.is("GRU") || site.is("RNN");
  }

  @Override
  public Optional<String> apply(NodeSite site) {
    if (!site.is("LSTM")) {
      return Optional.of("ONNX Runtime has no quantized " + site.node().getOpType());
    }
    if (site.integer("layout", 0) != 0) {
      return Optional.of("its batches come first, which DynamicQuantizeLSTM does not take");
    }
    var input = site.weight(1).filter(DynamicLstm::isUsable);
    var recurrence = site.weight(2).filter(DynamicLstm::isUsable);
    if (input.isEmpty() || recurrence.isEmpty()) {
      return Optional.of("its weights are not FLOAT constants of three axes");
    }
    var inputs = new ArrayList<String>();
    for (var i = 0; i < INPUTS; i++) {
      inputs.add(site.input(i));
    }
    var quantizedInput = quantized(site, input.get());
    var quantizedRecurrence = quantized(site, recurrence.get());
    inputs.set(1, quantizedInput.values());
    inputs.set(2, quantizedRecurrence.values());
    inputs.add(quantizedInput.scales());
    inputs.add(quantizedInput.zeroPoints());
    inputs.add(quantizedRecurrence.scales());
    inputs.add(quantizedRecurrence.zeroPoints());
    site.scope().emit(lstm(site.node(), inputs));
    return Optional.empty();
  }

  private static NodeProto lstm(NodeProto float32, ArrayList<String> inputs) {
    return Nodes.microsoft("DynamicQuantizeLSTM", inputs, float32.getOutputList()).toBuilder()
        .addAllAttribute(
            float32.getAttributeList().stream()
                .filter(attribute -> !attribute.getName().equals("layout"))
                .toList())
        .build();
  }

  private static boolean isUsable(Weight weight) {
    return weight.isFloat() && weight.rank() == 3;
  }

  /** [directions, gates * units, inputs] as int8 [directions, inputs, gates * units]. */
  private IntegerConstant quantized(NodeSite site, Weight weight) {
    var directions = weight.dim(0);
    var outputs = weight.dim(1);
    var inputs = weight.dim(2);
    return IntegerConstant.of(
        weight,
        site.scope(),
        "of a recurrence",
        new long[] {directions, inputs, outputs},
        new long[] {directions, outputs},
        () -> {
          var numbers = weight.finiteFloats(site.name());
          var int8 = Int8Weights.of(numbers, directions * outputs, inputs, levels);
          var turned = new byte[numbers.length];
          for (var i = 0; i < turned.length; i++) {
            var direction = i / (outputs * inputs);
            var output = i / inputs % outputs;
            turned[(direction * inputs + i % inputs) * outputs + output] = int8.values()[i];
          }
          return new Int8Weights(turned, int8.scales());
        });
  }
}
