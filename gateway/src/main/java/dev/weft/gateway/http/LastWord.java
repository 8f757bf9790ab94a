package dev.weft.gateway.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.io.UncheckedIOException;

/**
 * Has clients see why they were refused before they were a request: the stack would end their
 * connection with bytes unread, which resets it, often before the answer has been read (RFC 9112,
 * section 9.6). Like {@link Parting}, which does the same for requests, it takes what they still
 * send, and drops it, for a while. Threadsafe.
 */
final class LastWord implements Http1ConnectionListener {

  private final ThreadLocal<Boolean> isLast = ThreadLocal.withInitial(() -> false);
  private final Patience patience;

  LastWord(Patience patience) {
    this.patience = patience;
  }

  /** What the calling thread's connection sends next is the last it sends. */
  void next() {
    isLast.set(true);
  }

  /**
   * Told before the stack writes, once for an answer of its own.
   *
   * @throws CloseConnectionException after the last word, which has been written then
   */
  @Override
  public void data(ConnectionContext context, BufferData data) {
    if (!isLast.get()) {
      return;
    }
    isLast.remove();
    context.dataWriter().writeNow(data);
    dropRest(context.dataReader());
    throw new CloseConnectionException("closed after a refusal");
  }

  private void dropRest(DataReader reader) {
    try (var _ = patience.with(Parting.TAKEN_FOR)) {
      while (true) {
        reader.skip(reader.available());
        reader.pullData();
      }
    } catch (DataReader.InsufficientDataAvailableException | UncheckedIOException e) {
      // The client has ended it, or sent for too long: the connection ends in any case.
      return;
    }
  }

  @Override
  public void data(ConnectionContext context, byte[] data, int position, int length) {}
}
