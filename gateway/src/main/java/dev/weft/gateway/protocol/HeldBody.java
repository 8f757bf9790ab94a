package dev.weft.gateway.protocol;

import static dev.weft.gateway.protocol.ProtocolException.tooLarge;
import static dev.weft.gateway.protocol.ProtocolException.truncated;

import java.io.IOException;

/** A body that is held on the heap as a whole, as JSON is. */
final class HeldBody {

  private HeldBody() {}

  /**
   * @throws ProtocolException if it is longer than JSON may be, or shorter than it says
   */
  static byte[] read(InferDecoder.Body body, ProtocolLimits limits) throws IOException {
    var read = body.content().readNBytes(limits.jsonBytesMax());
    if (read.length == limits.jsonBytesMax() && body.content().read() >= 0) {
      throw tooLarge(
          "body: more than %d bytes of JSON, or of unknown length (expected: <= that)",
          limits.jsonBytesMax());
    }
    if (body.length().isPresent() && read.length != body.length().getAsLong()) {
      throw truncated("body", read.length, body.length().getAsLong());
    }
    return read;
  }
}
