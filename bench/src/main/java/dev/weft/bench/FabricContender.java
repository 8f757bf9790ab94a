package dev.weft.bench;

import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.pipeline.Request;
import dev.weft.stages.tensor.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Frames through the fabric's blocking in-process call; closes the pipeline at the end. */
record FabricContender(Weft weft, Pipeline pipeline, List<FrameInput> inputs) implements Contender {

  @Override
  public Caller newCaller() {
    var output = pipeline.manifest().outputs().getFirst().name();
    return () -> {
      try (var answer = pipeline.infer(newRequest())) {
        return answer.output(output).segment().get(ValueLayout.JAVA_FLOAT, 0);
      }
    };
  }

  Request newRequest() {
    if (inputs.size() == 1) {
      var only = inputs.getFirst();
      return Request.of(only.name(), only.leased(weft.tensors()));
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (var input : inputs) {
      tensors.put(input.name(), input.leased(weft.tensors()));
    }
    return Request.of(tensors);
  }

  @Override
  public void close() {
    pipeline.unload();
  }
}
