package dev.weft.gateway.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.weft.gateway.error.ErrorAnswer;
import dev.weft.gateway.error.ErrorTable;
import dev.weft.gateway.grpc.generated.InferParameter;
import dev.weft.gateway.grpc.generated.InferTensorContents;
import dev.weft.gateway.grpc.generated.ModelInferResponse;
import dev.weft.gateway.grpc.generated.ModelInferResponse.InferOutputTensor;
import dev.weft.gateway.grpc.generated.ModelStreamInferResponse;
import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.InferResponse;
import dev.weft.gateway.protocol.ProtocolException;
import dev.weft.gateway.protocol.SharedPlace;
import dev.weft.stages.tensor.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * Answers to inference requests as messages: raw contents, or typed ones where the request wants no
 * output in binary; never both.
 */
final class InferReply {

  /** The parameter that names the frame of an answer. */
  private static final String FRAME = "weft_frame";

  private InferReply() {}

  /**
   * The message of an answer, whose raw contents are the tensors' own memory: valid as long as
   * these.
   *
   * @param frame by which it is explained
   */
  static ModelInferResponse of(InferResponse response, Optional<String> frame) {
    var message =
        ModelInferResponse.newBuilder()
            .setModelName(response.model())
            .setModelVersion(response.version())
            .setId(response.id().orElse(""));
    response.parameters().forEach((name, value) -> message.putParameters(name, text(value)));
    frame.ifPresent(id -> message.putParameters(FRAME, text(id)));
    var isRaw = response.outputs().stream().anyMatch(output -> output.isBinary());
    for (var output : response.outputs()) {
      var tensor = output.tensor();
      var described =
          message.addOutputsBuilder().setName(output.name()).setDatatype(tensor.datatype().name());
      for (var dim : tensor.shape().toArray()) {
        described.addShape(dim);
      }
      if (output.written().isPresent()) {
        describe(described, output.written().get());
        if (isRaw) {
          // Clients find the contents of an output by its index.
          message.addRawOutputContents(ByteString.EMPTY);
        }
      } else if (isRaw) {
        message.addRawOutputContents(UnsafeByteOperations.unsafeWrap(tensor.buffer()));
      } else {
        described.setContents(typed(tensor));
      }
    }
    return message.build();
  }

  private static void describe(InferOutputTensor.Builder described, SharedPlace at) {
    described
        .putParameters(SharedPlace.REGION, text(at.region()))
        .putParameters(SharedPlace.OFFSET, whole(at.offset()))
        .putParameters(SharedPlace.BYTES, whole(at.bytes()));
  }

  /** A stream's answer to a request that failed: what was wrong, and which request it was. */
  static ModelStreamInferResponse failed(Inference.Refused refused) {
    var error = refused.error();
    var about =
        ModelInferResponse.newBuilder()
            .setModelName(refused.model())
            .setId(refused.id().orElse(""))
            .putParameters("weft_code", text(error.code()));
    refused.frame().ifPresent(id -> about.putParameters(FRAME, text(id)));
    error
        .retryAfterMillis()
        .ifPresent(millis -> about.putParameters("weft_retry_after_ms", whole(millis)));
    return ModelStreamInferResponse.newBuilder()
        .setErrorMessage(error.message())
        .setInferResponse(about)
        .build();
  }

  private static InferParameter text(String value) {
    return InferParameter.newBuilder().setStringParam(value).build();
  }

  private static InferParameter whole(long value) {
    return InferParameter.newBuilder().setInt64Param(value).build();
  }

  /** Why an answer is not sent for which there is no memory. */
  static ErrorAnswer noMemory(ModelInferResponse response) {
    return ErrorTable.of(
        new ProtocolException(
            Fault.NO_MEMORY,
            "answer: no memory free to send its %d bytes (expected: try again later)"
                .formatted(response.getSerializedSize())));
  }

  private static InferTensorContents typed(Tensor tensor) {
    var contents = InferTensorContents.newBuilder();
    var data = tensor.segment();
    var count = tensor.shape().elements();
    switch (tensor.datatype()) {
      case BYTES ->
          tensor
              .toByteStrings()
              .forEach(bytes -> contents.addBytesContents(ByteString.copyFrom(bytes)));
      case FP32 -> {
        for (var i = 0L; i < count; i++) {
          contents.addFp32Contents(data.getAtIndex(ValueLayout.JAVA_FLOAT, i));
        }
      }
      case FP64 -> {
        for (var i = 0L; i < count; i++) {
          contents.addFp64Contents(data.getAtIndex(ValueLayout.JAVA_DOUBLE, i));
        }
      }
      case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64 -> {
        for (var i = 0L; i < count; i++) {
          addWhole(contents, tensor, i);
        }
      }
      // Refused before they were run.
      case FP16, BF16 -> throw new AssertionError(tensor.datatype() + " has no typed contents");
    }
    return contents.build();
  }

  private static void addWhole(InferTensorContents.Builder contents, Tensor tensor, long i) {
    var data = tensor.segment();
    switch (tensor.datatype()) {
      case BOOL -> contents.addBoolContents(data.get(ValueLayout.JAVA_BYTE, i) != 0);
      case UINT8 -> contents.addUintContents(data.get(ValueLayout.JAVA_BYTE, i) & 0xFF);
      case UINT16 -> contents.addUintContents(data.getAtIndex(ValueLayout.JAVA_SHORT, i) & 0xFFFF);
      case UINT32 -> contents.addUintContents(data.getAtIndex(ValueLayout.JAVA_INT, i));
      case UINT64 -> contents.addUint64Contents(data.getAtIndex(ValueLayout.JAVA_LONG, i));
      case INT8 -> contents.addIntContents(data.get(ValueLayout.JAVA_BYTE, i));
      case INT16 -> contents.addIntContents(data.getAtIndex(ValueLayout.JAVA_SHORT, i));
      case INT32 -> contents.addIntContents(data.getAtIndex(ValueLayout.JAVA_INT, i));
      case INT64 -> contents.addInt64Contents(data.getAtIndex(ValueLayout.JAVA_LONG, i));
      case FP16, BF16, FP32, FP64, BYTES ->
          throw new AssertionError(tensor.datatype() + " is no whole number");
    }
  }
}
