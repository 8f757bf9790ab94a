package dev.weft.app;

import dev.weft.persistence.testkit.ForwardingStore;
import dev.weft.persistence.trace.TraceCursor;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceStore;
import java.io.IOException;
import java.util.function.Consumer;

/** A trace store that tells of each query before it is read, on the thread that reads. */
final class NotedStore extends ForwardingStore {

  private final Consumer<TraceQuery> asked;

  NotedStore(TraceStore store, Consumer<TraceQuery> asked) {
    super(store);
    this.asked = asked;
  }

  @Override
  public TraceCursor read(TraceQuery query) throws IOException {
    asked.accept(query);
    return super.read(query);
  }
}
