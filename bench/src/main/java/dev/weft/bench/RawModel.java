package dev.weft.bench;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import dev.weft.stages.tensor.Datatype;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;

/** A model as a careful program without Weft runs it: one thread per run, memory used again. */
final class RawModel implements AutoCloseable {

  /** One per process: whoever asks first names it, so this is asked for as stages do. */
  static final OrtEnvironment ENVIRONMENT =
      OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "weft");

  private final OrtSession session;

  RawModel(Path model) throws OrtException {
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OptLevel.ALL_OPT);
      this.session = ENVIRONMENT.createSession(model.toString(), options);
    }
  }

  OrtSession session() {
    return session;
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A tensor of the runtime over memory of its own, made once and used in every run. */
  record Fixed(OnnxTensor tensor, ByteBuffer memory) implements AutoCloseable {

    static Fixed of(Datatype datatype, long... dims) throws OrtException {
      var bytes = Arrays.stream(dims).reduce(datatype.size(), Math::multiplyExact);
      var memory = ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
      var type = datatype == Datatype.INT64 ? OnnxJavaType.INT64 : OnnxJavaType.FLOAT;
      return new Fixed(OnnxTensor.createTensor(ENVIRONMENT, memory, dims, type), memory);
    }

    /** Copies all of the tensor's size from {@code offset} bytes into {@code source}. */
    void fill(MemorySegment source, long offset) {
      MemorySegment.ofBuffer(memory).copyFrom(source.asSlice(offset, memory.capacity()));
    }

    /** Copies all of {@code row} to {@code offset} bytes into the tensor. */
    void fillRow(MemorySegment row, long offset) {
      MemorySegment.ofBuffer(memory).asSlice(offset, row.byteSize()).copyFrom(row);
    }

    float first() {
      return memory.getFloat(0);
    }

    @Override
    public void close() {
      tensor.close();
    }
  }
}
