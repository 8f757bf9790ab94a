package dev.weft.gateway.protocol;

import dev.weft.stages.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * An answer as it is sent: JSON, then the binary outputs.
 *
 * @param json on the heap
 * @param binaries valid as long as the answer they are of
 */
public record EncodedResponse(byte[] json, List<Tensor> binaries) {

  private static final int CHUNK_BYTES = 16 << 10;

  public EncodedResponse {
    binaries = List.copyOf(binaries);
  }

  /** Whether bytes follow the JSON, which a header must say then. */
  public boolean isBinary() {
    return !binaries.isEmpty();
  }

  /** All of it, in bytes. */
  public long length() {
    var length = (long) json.length;
    for (var tensor : binaries) {
      length += tensor.byteSize();
    }
    return length;
  }

  public void writeTo(OutputStream out) throws IOException {
    out.write(json);
    for (var tensor : binaries) {
      write(tensor, out);
    }
  }

  private static void write(Tensor tensor, OutputStream out) throws IOException {
    var content = tensor.buffer();
    var chunk = new byte[Math.min(CHUNK_BYTES, content.remaining())];
    while (content.hasRemaining()) {
      var count = Math.min(chunk.length, content.remaining());
      content.get(chunk, 0, count);
      out.write(chunk, 0, count);
    }
  }
}
