package dev.weft.stages.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.tensor.TensorPool;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Moves tensors between leased memory and the runtime; every copy is counted in the pool. */
record OrtTensors(TensorPool pool) {

  /**
   * A runtime tensor with the content of {@code tensor}: the same memory, or for {@link
   * Datatype#BYTES} a copy.
   *
   * @throws StageException with {@link ErrorCode#INVALID_INPUT} for a byte string that is not UTF-8
   */
  OnnxTensor wrap(Tensor tensor) throws OrtException {
    var shape = tensor.shape().toArray();
    if (tensor.datatype() != Datatype.BYTES) {
      return OrtAccess.wrap(tensor.datatype(), tensor.buffer(), shape);
    }
    var elements = tensor.toByteStrings();
    var strings = new String[elements.size()];
    for (var i = 0; i < strings.length; i++) {
      strings[i] = decode(elements.get(i), i);
    }
    pool.countCopy(tensor.byteSize());
    return OnnxTensor.createTensor(OrtAccess.ENVIRONMENT, strings, shape);
  }

  /** A leased copy of a tensor in the runtime's memory. */
  Tensor copyOf(OnnxTensor value, Datatype datatype, TensorAllocator tensors) throws OrtException {
    var shape = Shape.of(value.getInfo().getShape());
    if (datatype == Datatype.BYTES) {
      var elements = new ArrayList<byte[]>();
      collectStrings(value.getValue(), elements);
      var copy = tensors.bytes(shape, elements);
      pool.countCopy(copy.byteSize());
      return copy;
    }
    var content = OrtAccess.content(value);
    var copy = tensors.allocate(datatype, shape);
    copyInto(copy, 0, content);
    return copy;
  }

  /** Copies all of {@code content} to {@code offset} bytes into {@code target}. */
  void copyInto(Tensor target, long offset, ByteBuffer content) {
    var source = MemorySegment.ofBuffer(content);
    MemorySegment.copy(source, 0, target.segment(), offset, source.byteSize());
    pool.countCopy(source.byteSize());
  }

  static OnnxTensor dense(OnnxValue value, Product product, ModelFile file) {
    if (value instanceof OnnxTensor tensor) {
      return tensor;
    }
    throw new StageException(
        ErrorCode.STAGE_BROKE_CONTRACT,
        "model %s: output '%s' is %s (expected: a dense tensor)"
            .formatted(file.path(), product.name(), value.getType()));
  }

  private static String decode(byte[] element, int index) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(element)).toString();
    } catch (CharacterCodingException e) {
      throw new StageException(
          ErrorCode.INVALID_INPUT,
          "BYTES element %d: not UTF-8 (expected: UTF-8, which ONNX strings are)".formatted(index),
          e);
    }
  }

  private static void collectStrings(Object value, List<byte[]> elements) {
    if (value instanceof Object[] array) {
      for (var part : array) {
        collectStrings(part, elements);
      }
    } else {
      elements.add(((String) value).getBytes(StandardCharsets.UTF_8));
    }
  }
}
