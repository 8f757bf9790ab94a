package dev.weft.bench.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** A client over HTTP/1.1 that waits for its answers. */
public final class HttpCaller implements Connection {

  private final SocketChannel channel;
  private final HttpRequest request;
  private final HttpAnswer answer = new HttpAnswer();
  private Duration backOff = HttpAnswer.NOT_TOLD;

  /** Connects. */
  public HttpCaller(int port, HttpRequest request) throws IOException {
    this.channel = connect(port);
    this.request = request;
  }

  static SocketChannel connect(int port) throws IOException {
    var channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    return channel;
  }

  /**
   * @throws IOException if the answer is neither a result nor a refusal for want of room
   */
  @Override
  public boolean call() throws IOException {
    answer.begin();
    var bytes = ByteBuffer.wrap(request.bytes());
    while (bytes.hasRemaining()) {
      var _ = channel.write(bytes);
    }
    while (!answer.read(channel)) {
      // The rest comes.
    }
    var hasCompleted = answer.hasCompleted();
    if (!hasCompleted) {
      backOff = answer.backOff();
    }
    return hasCompleted;
  }

  /** When it may come back, as the last refusal told it. */
  public Duration backOff() {
    return backOff;
  }

  /** The bytes of the last answer, its head included. */
  public byte[] answer() {
    return answer.bytes();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
