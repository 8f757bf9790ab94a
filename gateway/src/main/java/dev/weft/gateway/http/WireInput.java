package dev.weft.gateway.http;

import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.ProtocolException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** A request's body as it comes over the wire, bounded in bytes, as a whole and in every pause. */
final class WireInput extends FilterInputStream {

  private final long bytesMax;
  private final Duration timeout;
  private final Duration pauseMax;
  private final Patience patience;
  private final long startedNanos = System.nanoTime();
  private long count;

  WireInput(InputStream wire, GatewaySettings settings, Patience patience) {
    super(wire);
    this.bytesMax = settings.limits().bodyBytesMax();
    this.timeout = settings.bodyTimeout();
    this.pauseMax = settings.readTimeout();
    this.patience = patience;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    requireInTime();
    try (var _ = patience.with(pauseMax)) {
      var read = super.read(target, offset, length);
      count(Math.max(0, read));
      return read;
    }
  }

  /** Leaves what was not read where it is: whoever answers ends the connection then. */
  @Override
  public void close() {}

  private void count(int more) {
    count += more;
    if (count > bytesMax) {
      throw new ProtocolException(
          Fault.TOO_LARGE, "body: more than %d bytes (expected: <= that)".formatted(bytesMax));
    }
  }

  private void requireInTime() {
    if (System.nanoTime() - startedNanos > timeout.toNanos()) {
      throw new ProtocolException(
          Fault.TOO_SLOW,
          "body: %d bytes in %s (expected: all of it by then)".formatted(count, timeout));
    }
  }
}
