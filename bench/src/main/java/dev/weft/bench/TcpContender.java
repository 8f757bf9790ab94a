package dev.weft.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The same tensor to a process and back through loopback TCP, as a careful program does it: direct
 * buffers made once, no Nagle; the other side has the whole tensor before it answers, as a stage
 * must.
 */
final class TcpContender implements Contender {

  private final FrameInput input;
  private final Process process;
  private final SocketChannel channel;

  TcpContender(FrameInput input) throws IOException {
    this.input = input;
    try (var server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      var port = ((InetSocketAddress) server.getLocalAddress()).getPort();
      this.process = echo(port, bytes());
      this.channel = server.accept();
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }
  }

  private int bytes() {
    return (int) input.content().byteSize();
  }

  private static Process echo(int port, int bytes) throws IOException {
    var builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                Echo.class.getName(),
                Integer.toString(port),
                Integer.toString(bytes))
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    return builder.start();
  }

  @Override
  public Caller newCaller() {
    var out = ByteBuffer.allocateDirect(bytes()).order(ByteOrder.LITTLE_ENDIAN);
    MemorySegment.ofBuffer(out).copyFrom(input.content());
    var in = ByteBuffer.allocateDirect(bytes()).order(ByteOrder.LITTLE_ENDIAN);
    return () -> {
      out.rewind();
      in.clear();
      writeAll(channel, out);
      readAll(channel, in);
      return in.getFloat(0);
    };
  }

  private static void writeAll(SocketChannel to, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      to.write(buffer);
    }
  }

  private static void readAll(SocketChannel from, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (from.read(buffer) < 0) {
        throw new IOException("the echo process ended");
      }
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
      process.destroyForcibly().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The other process: sends back what it has read, each time all of it. */
  static final class Echo {

    private Echo() {}

    /**
     * @param arguments port and number of bytes
     */
    public static void main(String[] arguments) throws IOException {
      var numbers = Arrays.stream(arguments).mapToInt(Integer::parseInt).toArray();
      var buffer = ByteBuffer.allocateDirect(numbers[1]);
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), numbers[0]);
      try (var channel = SocketChannel.open(address)) {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        while (true) {
          buffer.clear();
          readAll(channel, buffer);
          buffer.flip();
          writeAll(channel, buffer);
        }
      } catch (IOException _) {
        // The bench has closed the connection.
      }
    }
  }
}
