package dev.weft.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.weft.stages.tensor.Datatype;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A model run on several rows at once, with memory made once per number of rows. Used by one
 * thread.
 */
final class BatchModel implements AutoCloseable {

  private record Sized(RawModel.Fixed input, RawModel.Fixed output) {}

  private final RawModel model;
  private final FrameInput row;
  private final Map<Integer, Sized> bySize = new HashMap<>();

  /**
   * @param model shared with others; not closed with this
   * @param row one row's input
   */
  BatchModel(RawModel model, FrameInput row) {
    this.model = model;
    this.row = row;
  }

  /** Runs {@code rows} equal rows together; gives the first number of the last one's output. */
  float run(int rows) throws OrtException {
    var sized = bySize.get(rows);
    if (sized == null) {
      sized = new Sized(fixed(rows), fixed(rows));
      bySize.put(rows, sized);
    }
    var input = sized.input();
    var bytes = row.content().byteSize();
    for (var i = 0; i < rows; i++) {
      input.fillRow(row.content(), i * bytes);
    }
    Map<String, OnnxTensor> outputs = Map.of("y", sized.output().tensor());
    model.session().run(Map.of(row.name(), input.tensor()), Set.of(), outputs).close();
    return sized.output().memory().getFloat(Math.toIntExact((rows - 1) * bytes));
  }

  private RawModel.Fixed fixed(int rows) throws OrtException {
    return RawModel.Fixed.of(Datatype.FP32, rows, row.shape().toArray()[1]);
  }

  @Override
  public void close() {
    for (var sized : bySize.values()) {
      sized.input().close();
      sized.output().close();
    }
  }
}
