package dev.weft.gateway.protocol;

import static dev.weft.gateway.protocol.ProtocolException.invalid;
import static dev.weft.gateway.protocol.ProtocolException.tooLarge;
import static dev.weft.gateway.protocol.ProtocolException.truncated;

import com.fasterxml.jackson.core.JsonFactory;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.tensor.TensorMemoryException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads inference requests: JSON, JSON followed by binary tensors, or the bytes of the only input.
 * Tensors are written straight into leased memory. Threadsafe.
 */
public final class InferDecoder {

  private final ProtocolLimits limits;
  private final TensorAllocator tensors;
  private final JsonFactory json;

  public InferDecoder(ProtocolLimits limits, TensorAllocator tensors) {
    this.limits = limits;
    this.tensors = tensors;
    this.json = RequestJson.factory(limits);
  }

  /**
   * A request as it comes.
   *
   * @param content inflated
   * @param length of the content in bytes, if it is known
   * @param jsonLength value of {@code Inference-Header-Content-Length}, if there is one: how much
   *     of the content is JSON
   */
  public record Body(InputStream content, OptionalLong length, OptionalLong jsonLength) {}

  /**
   * Reads a request for a model with these inputs.
   *
   * @param memory where inputs may lie that are not in the body
   * @return to be closed by the caller
   * @throws ProtocolException if it is not as it should be; nothing is left on lease then
   * @throws IOException if the body cannot be read
   */
  public InferRequest decode(Body body, List<TensorSpec> inputs, SharedMemory memory)
      throws IOException {
    return decode(
        body,
        () ->
            body.jsonLength().isPresent() && body.jsonLength().getAsLong() == 0
                ? decodeRaw(body, inputs)
                : decodeJson(body, new RequestRules(limits, memory)));
  }

  /**
   * Reads a request for a model with these inputs, which are fields of one JSON object.
   *
   * @param body all JSON, whatever is said of its length
   * @return to be closed by the caller; of no particular outputs
   * @throws ProtocolException if it is not as it should be; nothing is left on lease then
   * @throws IOException if the body cannot be read
   */
  public InferRequest decodeFields(Body body, List<TensorSpec> inputs) throws IOException {
    var rules = new RequestRules(limits, SharedMemory.none());
    return decode(
        body, () -> FieldsJson.read(HeldBody.read(body, limits), rules, inputs, tensors, json));
  }

  private interface Decoding {
    InferRequest run() throws IOException;
  }

  private InferRequest decode(Body body, Decoding decoding) throws IOException {
    if (body.length().orElse(0) > limits.bodyBytesMax()) {
      throw tooLarge(
          "body: %d bytes (expected: <= %d)", body.length().getAsLong(), limits.bodyBytesMax());
    }
    try {
      return decoding.run();
    } catch (TensorMemoryException e) {
      throw new ProtocolException(Fault.NO_MEMORY, String.valueOf(e.getMessage()), e);
    }
  }

  private InferRequest decodeJson(Body body, RequestRules rules) throws IOException {
    var request = RequestJson.read(readJson(body), rules, tensors, json);
    try {
      if (body.jsonLength().isPresent()) {
        readBinaries(request, body);
      } else {
        refuseBinaries(request);
      }
      rules.fillShared(request.inputs, tensors);
      return RequestRules.complete(
          request.id, request.parameters, request.inputs, request.outputs, false);
    } finally {
      // What was taken out before is no longer its own.
      request.close();
    }
  }

  private byte[] readJson(Body body) throws IOException {
    if (body.jsonLength().isEmpty()) {
      return HeldBody.read(body, limits);
    }
    var length = body.jsonLength().getAsLong();
    if (length < 0 || length > body.length().orElse(length)) {
      throw invalid(
          "Inference-Header-Content-Length: %d (expected: 0 to the %d bytes of the body)",
          length, body.length().orElse(0));
    }
    if (length > limits.jsonBytesMax()) {
      throw tooLarge("JSON: %d bytes (expected: <= %d)", length, limits.jsonBytesMax());
    }
    var read = body.content().readNBytes((int) length);
    if (read.length < length) {
      throw truncated("JSON", read.length, length);
    }
    return read;
  }

  private void readBinaries(RequestJson request, Body body) throws IOException {
    var sizes = sizes(request, body);
    for (var i = 0; i < sizes.length; i++) {
      var input = request.inputs.get(i);
      if (input.isBinary()) {
        input.fill(
            BinaryData.read(
                body.content(),
                input.place(),
                input.requiredDatatype(),
                input.requiredShape(),
                sizes[i],
                tensors));
      }
    }
    requireEnd(body);
  }

  /** What each input takes of the bytes after the JSON, all checked before any is read. */
  private int[] sizes(RequestJson request, Body body) {
    var sizes = new int[request.inputs.size()];
    var left = limits.bodyBytesMax() - body.jsonLength().orElse(0);
    var total = body.jsonLength().orElse(0);
    for (var i = 0; i < sizes.length; i++) {
      var input = request.inputs.get(i);
      if (!input.isBinary()) {
        continue;
      }
      var size = input.parameters.unsigned(InputDraft.BINARY_SIZE).orElse(0);
      request.requireElements(input.requiredShape(), input.place());
      if (size > left) {
        throw tooLarge(
            "%s: %d bytes (expected: <= %d in all)", input.place(), size, limits.bodyBytesMax());
      }
      BinaryData.requireSize(input.place(), input.requiredDatatype(), input.requiredShape(), size);
      left -= size;
      total += size;
      sizes[i] = (int) size;
    }
    if (body.length().isPresent() && body.length().getAsLong() != total) {
      throw invalid(
          "body: %d bytes (expected: %d, the JSON and the binary inputs)",
          body.length().getAsLong(), total);
    }
    return sizes;
  }

  private static void refuseBinaries(RequestJson request) {
    for (var input : request.inputs) {
      if (input.isBinary()) {
        throw invalid(
            "%s: '%s' without the header Inference-Header-Content-Length (expected: both)",
            input.place(), InputDraft.BINARY_SIZE);
      }
    }
  }

  private InferRequest decodeRaw(Body body, List<TensorSpec> inputs) throws IOException {
    if (inputs.size() != 1) {
      throw invalid(
          "raw request: the model has %d inputs (expected: 1; else with JSON)", inputs.size());
    }
    var spec = inputs.getFirst();
    var tensor = body.length().isPresent() ? readSized(body, spec) : readUnsized(body, spec);
    return new InferRequest(
        Optional.empty(), Parameters.none("request"), Map.of(spec.name(), tensor), List.of(), true);
  }

  /** Reads to the end, which tells who holds the connection that it has come. */
  private Tensor readSized(Body body, TensorSpec spec) throws IOException {
    var size = (int) body.length().getAsLong();
    var tensor = RawInput.read(body.content(), size, spec, limits, tensors);
    try {
      requireEnd(body);
      return tensor;
    } catch (IOException | RuntimeException e) {
      tensor.close();
      throw e;
    }
  }

  private static void requireEnd(Body body) throws IOException {
    if (body.content().read() >= 0) {
      throw invalid("body: more bytes than the inputs take (expected: its end)");
    }
  }

  /** Its size says what shape a raw tensor has, so it is read before there is a tensor. */
  private Tensor readUnsized(Body body, TensorSpec spec) throws IOException {
    var read = HeldBody.read(body, limits);
    return RawInput.read(new ByteArrayInputStream(read), read.length, spec, limits, tensors);
  }
}
