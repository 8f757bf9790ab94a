package dev.weft.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.weft.stages.tensor.Datatype;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Models run one after the other in the caller's thread, what one writes being what the next reads.
 *
 * @param outputName output of every model
 * @param outputDims of every model
 */
record RawChain(
    List<RawModel> models, List<FrameInput> inputs, String outputName, long... outputDims)
    implements Contender {

  private record Link(
      RawModel model, Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) {}

  @Override
  public Caller newCaller() {
    try {
      return new ChainCaller();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private final class ChainCaller implements Caller {
    private final List<RawModel.Fixed> sources = new ArrayList<>();
    private final List<RawModel.Fixed> results = new ArrayList<>();
    private final List<Link> links = new ArrayList<>();

    ChainCaller() throws OrtException {
      Map<String, OnnxTensor> given = new LinkedHashMap<>();
      for (var input : inputs) {
        var source = RawModel.Fixed.of(input.datatype(), input.shape().toArray());
        sources.add(source);
        given.put(input.name(), source.tensor());
      }
      for (var model : models) {
        var result = RawModel.Fixed.of(Datatype.FP32, outputDims);
        results.add(result);
        links.add(new Link(model, given, Map.of(outputName, result.tensor())));
        given = Map.of(inputs.getFirst().name(), result.tensor());
      }
    }

    @Override
    public float runFrame() throws OrtException {
      for (var i = 0; i < sources.size(); i++) {
        sources.get(i).fill(inputs.get(i).content(), 0);
      }
      for (var link : links) {
        link.model().session().run(link.inputs(), Set.of(), link.outputs()).close();
      }
      return results.getLast().first();
    }

    @Override
    public void close() {
      sources.forEach(RawModel.Fixed::close);
      results.forEach(RawModel.Fixed::close);
    }
  }

  @Override
  public void close() {
    models.forEach(RawModel::close);
  }
}
