package dev.weft.fabric.trace;

import java.util.Optional;

/** Records in the order they were kept. Used by one thread at a time. */
public interface TraceSource extends AutoCloseable {

  /**
   * The next record; empty at the end.
   *
   * @throws TraceException if it was changed, cut, or is of a newer format
   */
  Optional<TraceRecord> next();

  /**
   * What a tensor held.
   *
   * @return empty if it was not kept, or not as it was
   * @throws TraceException if it was to be kept and is not there
   */
  Optional<byte[]> content(TensorRecord tensor);

  @Override
  void close();
}
