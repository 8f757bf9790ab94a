package dev.weft.bench.gateway;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/** A client over HTTP/1.1, as lean as can be, as it shares the cores. */
public final class HttpCaller implements Connection {

  private static final int OK = 200;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final String LENGTH = "content-length:";
  private static final Pattern RETRY_AFTER = Pattern.compile("\"retry_after_ms\":([0-9]{1,9})");
  private static final Duration NOT_TOLD = Duration.ofMillis(1);

  private final Socket socket;
  private final HttpRequest request;
  private final InputStream in;
  private byte[] buffer = new byte[BUFFER_BYTES];
  private int filled;
  private Duration backOff = NOT_TOLD;

  /** Connects. */
  public HttpCaller(int port, HttpRequest request) throws IOException {
    this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
    this.request = request;
    socket.setTcpNoDelay(true);
    this.in = socket.getInputStream();
  }

  /**
   * @throws IOException if the answer is neither a result nor a refusal for want of room
   */
  @Override
  public boolean call() throws IOException {
    socket.getOutputStream().write(request.bytes());
    filled = 0;
    var head = readHead();
    var text = new String(buffer, 0, head, StandardCharsets.ISO_8859_1);
    readUntil(head + length(text));
    var status = Integer.parseInt(text.substring(9, 12));
    if (status != OK && status != TOO_MANY_REQUESTS && status != UNAVAILABLE) {
      throw new IOException(new String(buffer, 0, filled, StandardCharsets.UTF_8));
    }
    if (status != OK) {
      backOff = retryAfter(new String(buffer, head, filled - head, StandardCharsets.UTF_8));
    }
    return status == OK;
  }

  /** As the last refusal told it: {@code retry_after_ms} of its body. */
  @Override
  public Duration backOff() {
    return backOff;
  }

  private static Duration retryAfter(String body) {
    var told = RETRY_AFTER.matcher(body);
    return told.find() ? Duration.ofMillis(Long.parseLong(told.group(1))) : NOT_TOLD;
  }

  /** The bytes of the last answer, its head included. */
  public byte[] answer() {
    return Arrays.copyOf(buffer, filled);
  }

  private int readHead() throws IOException {
    var from = 0;
    while (true) {
      readUntil(filled + 1);
      for (; from + 4 <= filled; from++) {
        if (buffer[from] == '\r'
            && buffer[from + 1] == '\n'
            && buffer[from + 2] == '\r'
            && buffer[from + 3] == '\n') {
          return from + 4;
        }
      }
    }
  }

  private static int length(String head) throws IOException {
    var lower = head.toLowerCase(Locale.ROOT);
    var from = lower.indexOf(LENGTH);
    if (from < 0) {
      throw new IOException("no Content-Length in: " + head);
    }
    var begin = from + LENGTH.length();
    return Integer.parseInt(lower, begin + skipped(lower, begin), lower.indexOf('\r', from), 10);
  }

  private static int skipped(String text, int from) {
    return text.charAt(from) == ' ' ? 1 : 0;
  }

  private void readUntil(int wanted) throws IOException {
    if (wanted > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(wanted, 2 * buffer.length));
    }
    while (filled < wanted) {
      var read = in.read(buffer, filled, buffer.length - filled);
      if (read < 0) {
        throw new EOFException("the server closed the connection");
      }
      filled += read;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
