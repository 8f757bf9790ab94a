package dev.weft.persistence.trace;

import java.io.IOException;
import java.util.Optional;

/**
 * Goes through what was durable when it was opened, by ascending number. For one thread; holds open
 * files, so close it. What retention deletes meanwhile is left out.
 */
public interface TraceCursor extends AutoCloseable {

  /** The next item; empty at the end, and from then on. */
  Optional<TraceItem> next() throws IOException;

  @Override
  void close();
}
