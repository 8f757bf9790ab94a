package dev.weft.stages.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.TensorInfo.OnnxTensorType;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Datatype;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Views of memory shared with ONNX Runtime.
 *
 * <p>Two things its Java API (1.28) can do but does not show are reached by method handle: looking
 * at a runtime-owned tensor without copying it to the heap first, and wrapping unsigned 16, 32 and
 * 64-bit elements. Where a handle cannot be had, the first falls back to the public copy and the
 * second is refused when a model is loaded.
 */
final class OrtAccess {

  static final OrtEnvironment ENVIRONMENT =
      OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "weft");

  private static final @Nullable MethodHandle VIEW = view();
  private static final Optional<Unsigned> UNSIGNED = Unsigned.find();

  private OrtAccess() {}

  static boolean canWrap(Datatype datatype) {
    return !OnnxTypes.isWideUnsigned(datatype) || UNSIGNED.isPresent();
  }

  /** A runtime tensor over {@code content}, which must be direct and outlive it. */
  static OnnxTensor wrap(Datatype datatype, ByteBuffer content, long[] shape) throws OrtException {
    if (OnnxTypes.isWideUnsigned(datatype)) {
      return UNSIGNED.orElseThrow().wrap(datatype, content, shape);
    }
    return OnnxTensor.createTensor(ENVIRONMENT, content, shape, OnnxTypes.javaType(datatype));
  }

  /** The content of a tensor of fixed-size elements, valid until it is closed. */
  static ByteBuffer content(OnnxTensor tensor) {
    if (VIEW == null || tensor.getInfo().getNumElements() == 0) {
      return tensor.getByteBuffer();
    }
    try {
      return ((ByteBuffer) VIEW.invokeExact(tensor)).order(ByteOrder.nativeOrder());
    } catch (Throwable e) {
      throw new StageException(ErrorCode.INTERNAL, "reading an ONNX Runtime tensor failed", e);
    }
  }

  private static @Nullable MethodHandle view() {
    try {
      return MethodHandles.privateLookupIn(OnnxTensor.class, MethodHandles.lookup())
          .findVirtual(OnnxTensor.class, "getBuffer", MethodType.methodType(ByteBuffer.class));
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  /** The constructors behind {@code OnnxTensor.createTensor}, which takes no unsigned types. */
  private record Unsigned(
      MethodHandle newValue, MethodHandle newInfo, MethodHandle newTensor, long api, long cpu) {

    static Optional<Unsigned> find() {
      try {
        var lookup = MethodHandles.privateLookupIn(OnnxTensor.class, MethodHandles.lookup());
        var runtime = lookup.findClass("ai.onnxruntime.OnnxRuntime");
        var allocator = lookup.findClass("ai.onnxruntime.OrtAllocator");
        var defaultAllocator =
            lookup
                .findGetter(OrtEnvironment.class, "defaultAllocator", allocator)
                .invoke(ENVIRONMENT);
        return Optional.of(
            new Unsigned(
                lookup.findStatic(
                    OnnxTensor.class,
                    "createTensorFromBuffer",
                    MethodType.methodType(
                        long.class,
                        long.class,
                        long.class,
                        Buffer.class,
                        int.class,
                        long.class,
                        long[].class,
                        int.class)),
                lookup.findConstructor(
                    TensorInfo.class,
                    MethodType.methodType(
                        void.class, long[].class, OnnxJavaType.class, OnnxTensorType.class)),
                lookup.findConstructor(
                    OnnxTensor.class,
                    MethodType.methodType(
                        void.class,
                        long.class,
                        long.class,
                        TensorInfo.class,
                        Buffer.class,
                        boolean.class)),
                (long) lookup.findStaticGetter(runtime, "ortApiHandle", long.class).invoke(),
                (long)
                    lookup.findGetter(allocator, "handle", long.class).invoke(defaultAllocator)));
      } catch (Throwable e) {
        return Optional.empty();
      }
    }

    OnnxTensor wrap(Datatype datatype, ByteBuffer content, long[] shape) throws OrtException {
      var type =
          switch (datatype) {
            case UINT16 -> OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16;
            case UINT32 -> OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32;
            default -> OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64;
          };
      try {
        var value =
            (long)
                newValue.invoke(
                    api,
                    cpu,
                    (Buffer) content,
                    content.position(),
                    (long) content.remaining(),
                    shape,
                    type.value);
        var info = newInfo.invoke(shape.clone(), OnnxTypes.javaType(datatype), type);
        return (OnnxTensor) newTensor.invoke(value, cpu, info, (Buffer) content, false);
      } catch (OrtException e) {
        throw e;
      } catch (Throwable e) {
        throw new StageException(ErrorCode.INTERNAL, "wrapping a tensor failed", e);
      }
    }
  }
}
