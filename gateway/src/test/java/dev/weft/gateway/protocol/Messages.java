package dev.weft.gateway.protocol;

import com.google.protobuf.ByteString;
import dev.weft.gateway.grpc.generated.InferParameter;
import dev.weft.gateway.grpc.generated.InferTensorContents;
import dev.weft.gateway.grpc.generated.ModelInferRequest;
import dev.weft.gateway.grpc.generated.ModelInferRequest.InferInputTensor;
import dev.weft.stages.tensor.TensorPool;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.OptionalLong;

/** Requests as messages, built by the library that clients use. */
final class Messages {

  private static final SharedMemory MEMORY = new HeldMemory();

  private Messages() {}

  static ModelInferRequest.Builder request() {
    return ModelInferRequest.newBuilder().setModelName("m");
  }

  static InferInputTensor.Builder input(String name, String datatype, long... shape) {
    var input = InferInputTensor.newBuilder().setName(name).setDatatype(datatype);
    for (var dim : shape) {
      input.addShape(dim);
    }
    return input;
  }

  static InferTensorContents floats(float... values) {
    var contents = InferTensorContents.newBuilder();
    for (var value : values) {
      contents.addFp32Contents(value);
    }
    return contents.build();
  }

  static InferTensorContents ints(int... values) {
    var contents = InferTensorContents.newBuilder();
    for (var value : values) {
      contents.addIntContents(value);
    }
    return contents.build();
  }

  static InferTensorContents texts(String... values) {
    return InferTensorContents.newBuilder()
        .addAllBytesContents(List.of(values).stream().map(ByteString::copyFromUtf8).toList())
        .build();
  }

  static InferParameter text(String value) {
    return InferParameter.newBuilder().setStringParam(value).build();
  }

  static MessageDecoder.Addressed decode(TensorPool pool, ModelInferRequest.Builder request) {
    return decode(pool, request.build().toByteArray());
  }

  static MessageDecoder.Addressed decode(TensorPool pool, byte[] message) {
    return new MessageDecoder(Requests.LIMITS, pool)
        .decode(new ByteArrayInputStream(message), OptionalLong.of(message.length), MEMORY);
  }

  /** The same, of a length that nobody tells, as compressed messages are. */
  static MessageDecoder.Addressed decodeUnsized(TensorPool pool, byte[] message) {
    return new MessageDecoder(Requests.LIMITS, pool)
        .decode(new ByteArrayInputStream(message), OptionalLong.empty(), MEMORY);
  }
}
