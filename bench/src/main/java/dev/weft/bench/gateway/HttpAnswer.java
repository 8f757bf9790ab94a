package dev.weft.bench.gateway;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Pattern;

/** Takes one answer over HTTP/1.1 after the other as their bytes come; read on a hot path. */
final class HttpAnswer {

  /** For clients that are refused and not told when to come back. */
  static final Duration NOT_TOLD = Duration.ofMillis(1);

  private static final int OK = 200;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;
  private static final int BUFFER_BYTES = 4096;
  private static final int STATUS_AT = 9;
  private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);
  private static final Pattern RETRY_AFTER = Pattern.compile("\"retry_after_ms\":([0-9]{1,9})");

  private byte[] bytes = new byte[BUFFER_BYTES];
  private ByteBuffer room = ByteBuffer.wrap(bytes);
  private int lineAt;
  private int bodyAt;
  private int length;

  /** Forgets the one before. */
  void begin() {
    room.clear();
    lineAt = 0;
    bodyAt = -1;
    length = -1;
  }

  /**
   * Takes what is there, or waits for something where the channel blocks.
   *
   * @return whether the answer is whole
   * @throws IOException if the connection ended or the answer does not tell its length
   */
  boolean read(SocketChannel channel) throws IOException {
    if (channel.read(room) < 0) {
      throw new EOFException("the server closed the connection");
    }
    if (bodyAt < 0) {
      readLines();
    }
    if (bodyAt < 0) {
      grow(bytes.length + 1, room.hasRemaining());
      return false;
    }
    grow(bodyAt + length, false);
    return room.position() >= bodyAt + length;
  }

  private void grow(int wanted, boolean isEnough) {
    if (!isEnough && wanted > bytes.length) {
      var filled = room.position();
      bytes = Arrays.copyOf(bytes, Math.max(wanted, 2 * bytes.length));
      room = ByteBuffer.wrap(bytes).position(filled);
    }
  }

  private void readLines() throws IOException {
    for (var at = lineAt; at + 1 < room.position(); at++) {
      if (bytes[at] == '\r' && bytes[at + 1] == '\n') {
        if (at == lineAt) {
          bodyAt = at + 2;
          break;
        }
        readLine(lineAt, at);
        lineAt = at + 2;
        at++;
      }
    }
    if (bodyAt >= 0 && length < 0) {
      throw new IOException("no Content-Length in: " + text(0, bodyAt));
    }
  }

  private void readLine(int from, int end) {
    if (end - from <= LENGTH.length) {
      return;
    }
    for (var i = 0; i < LENGTH.length; i++) {
      if (Character.toLowerCase(bytes[from + i]) != LENGTH[i]) {
        return;
      }
    }
    length = Integer.parseInt(text(from + LENGTH.length, end).strip());
  }

  /**
   * Whether it is a result; otherwise it is a refusal for want of room.
   *
   * @throws IOException if it is neither
   */
  boolean hasCompleted() throws IOException {
    var status = Integer.parseInt(text(STATUS_AT, STATUS_AT + 3));
    if (status != OK && status != TOO_MANY_REQUESTS && status != UNAVAILABLE) {
      throw new IOException(text(0, room.position()));
    }
    return status == OK;
  }

  /** When a client that was refused may come back: {@code retry_after_ms} of the body. */
  Duration backOff() {
    var told = RETRY_AFTER.matcher(text(bodyAt, room.position()));
    return told.find() ? Duration.ofMillis(Long.parseLong(told.group(1))) : NOT_TOLD;
  }

  /** All of it, its head included. */
  byte[] bytes() {
    return Arrays.copyOf(bytes, room.position());
  }

  private String text(int from, int end) {
    return new String(bytes, from, end - from, StandardCharsets.UTF_8);
  }
}
