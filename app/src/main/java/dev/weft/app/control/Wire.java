package dev.weft.app.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Lines of UTF-8 over a socket, of bounded length. */
final class Wire {

  private static final int CHUNK_BYTES = 4 << 10;

  private final SocketChannel channel;
  private final int lineBytesMax;
  private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).limit(0);

  Wire(SocketChannel channel, int lineBytesMax) {
    this.channel = channel;
    this.lineBytesMax = lineBytesMax;
  }

  /**
   * The next line without its end; empty when the other side has no more.
   *
   * @throws IOException also for a line that is too long
   */
  Optional<String> read() throws IOException {
    var line = new ByteArrayOutputStream();
    while (true) {
      while (chunk.hasRemaining()) {
        var next = chunk.get();
        if (next == '\n') {
          return Optional.of(line.toString(StandardCharsets.UTF_8));
        }
        line.write(next);
        if (line.size() > lineBytesMax) {
          throw new IOException("line: longer than %d bytes".formatted(lineBytesMax));
        }
      }
      chunk.clear();
      var count = channel.read(chunk);
      chunk.flip();
      if (count < 0) {
        return Optional.empty();
      }
    }
  }

  void write(String line) throws IOException {
    var bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
