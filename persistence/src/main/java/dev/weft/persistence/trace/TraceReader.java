package dev.weft.persistence.trace;

import java.io.IOException;
import java.util.Optional;

/** Records that are kept somewhere, as they can be read. For any number of threads. */
public interface TraceReader extends AutoCloseable {

  /** A cursor over what is durable now and meets {@code query}. */
  TraceCursor read(TraceQuery query) throws IOException;

  /**
   * An attachment of {@code record}, checked against its address; empty if it was deleted or its
   * session erased.
   *
   * @throws IOException also if the bytes are not those that were written
   */
  Optional<byte[]> attachment(TraceItem.TraceRecord record, int index) throws IOException;

  /** Reads everything and holds it against checksums, hashes and chains. Slow, and safe to run. */
  Verification verify() throws IOException;

  StoreStatus status();

  @Override
  void close() throws IOException;
}
