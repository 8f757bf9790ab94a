package dev.weft.gateway.protocol;

import static dev.weft.gateway.protocol.ProtocolException.tooLarge;

import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.tensor.TensorMemoryException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads inference requests that come as messages of Protocol Buffers. Tensors are written straight
 * into leased memory. Threadsafe.
 */
public final class MessageDecoder {

  private final ProtocolLimits limits;
  private final TensorAllocator tensors;

  public MessageDecoder(ProtocolLimits limits, TensorAllocator tensors) {
    this.limits = limits;
    this.tensors = tensors;
  }

  /**
   * A request and whom it is for.
   *
   * @param version the one the request names; empty for the newest
   */
  public record Addressed(String model, Optional<String> version, InferRequest request) {}

  /**
   * Reads a {@code ModelInferRequest}.
   *
   * @param length of the message in bytes, if it is known
   * @param memory where inputs may lie that are not in the message
   * @return its request is to be closed by the caller
   * @throws ProtocolException if it is not as it should be; nothing is left on lease then
   */
  public Addressed decode(InputStream message, OptionalLong length, SharedMemory memory) {
    if (length.orElse(0) > limits.bodyBytesMax()) {
      throw tooLarge(
          "message: %d bytes (expected: <= %d)", length.getAsLong(), limits.bodyBytesMax());
    }
    try {
      return decode(new WireReader(message, length, limits), new RequestRules(limits, memory));
    } catch (TensorMemoryException e) {
      throw new ProtocolException(Fault.NO_MEMORY, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new ProtocolException(
          Fault.INVALID,
          "message: %s (expected: as its encoding says)".formatted(e.getMessage()),
          e);
    }
  }

  private Addressed decode(WireReader wire, RequestRules rules) throws IOException {
    var message = RequestMessage.read(wire, rules, tensors);
    try {
      var request =
          RequestRules.complete(
              message.id, message.parameters(), message.inputs, message.outputs, true);
      return new Addressed(message.model, message.version, request);
    } finally {
      // What was taken out before is no longer its own.
      message.close();
    }
  }
}
