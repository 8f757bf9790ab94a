package dev.weft.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.weft.stages.tensor.Datatype;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Set;

/** Silero VAD run row by row in the caller's thread, two state tensors taking turns. */
record RawVad(RawModel model, FrameInput rows) implements Contender {

  private static final int SAMPLE_RATE = 16_000;

  @Override
  public Caller newCaller() {
    try {
      return new VadCaller();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private final class VadCaller implements Caller {
    private final int rowCount = rows.shape().intDim(0);
    private final long rowBytes = rows.content().byteSize() / rowCount;
    private final RawModel.Fixed row = RawModel.Fixed.of(Datatype.FP32, 1, rows.shape().dim(1));
    private final RawModel.Fixed rate = RawModel.Fixed.of(Datatype.INT64);
    private final RawModel.Fixed even = RawModel.Fixed.of(Datatype.FP32, 2, 1, 128);
    private final RawModel.Fixed odd = RawModel.Fixed.of(Datatype.FP32, 2, 1, 128);
    private final RawModel.Fixed probability = RawModel.Fixed.of(Datatype.FP32, 1, 1);
    private final Map<String, OnnxTensor> evenInputs = inputs(even);
    private final Map<String, OnnxTensor> oddInputs = inputs(odd);
    private final Map<String, OnnxTensor> evenOutputs = outputs(odd);
    private final Map<String, OnnxTensor> oddOutputs = outputs(even);
    private final float[] probabilities = new float[rowCount];

    VadCaller() throws OrtException {
      rate.memory().putLong(0, SAMPLE_RATE);
    }

    private Map<String, OnnxTensor> inputs(RawModel.Fixed state) {
      return Map.of("input", row.tensor(), "sr", rate.tensor(), "state", state.tensor());
    }

    private Map<String, OnnxTensor> outputs(RawModel.Fixed state) {
      return Map.of("output", probability.tensor(), "stateN", state.tensor());
    }

    @Override
    public float runFrame() throws OrtException {
      MemorySegment.ofBuffer(even.memory()).fill((byte) 0);
      for (var i = 0; i < rowCount; i++) {
        row.fill(rows.content(), i * rowBytes);
        var isEven = (i & 1) == 0;
        model
            .session()
            .run(isEven ? evenInputs : oddInputs, Set.of(), isEven ? evenOutputs : oddOutputs)
            .close();
        probabilities[i] = probability.first();
      }
      return probabilities[0];
    }

    @Override
    public void close() {
      for (var tensor : new RawModel.Fixed[] {row, rate, even, odd, probability}) {
        tensor.close();
      }
    }
  }

  @Override
  public void close() {
    model.close();
  }
}
