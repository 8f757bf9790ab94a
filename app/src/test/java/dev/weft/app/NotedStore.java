package dev.weft.app;

import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.StoreStatus;
import dev.weft.persistence.trace.TraceCursor;
import dev.weft.persistence.trace.TraceEntry;
import dev.weft.persistence.trace.TraceItem.TraceRecord;
import dev.weft.persistence.trace.TraceKey;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceStore;
import dev.weft.persistence.trace.Verification;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A trace store that tells of each query before it is read, on the thread that reads. */
record NotedStore(TraceStore store, Consumer<TraceQuery> asked) implements TraceStore {

  @Override
  public TraceCursor read(TraceQuery query) throws IOException {
    asked.accept(query);
    return store.read(query);
  }

  @Override
  public CompletionStage<Outcome> append(TraceEntry entry) {
    return store.append(entry);
  }

  @Override
  public boolean isDeferring(TraceKey key) {
    return store.isDeferring(key);
  }

  @Override
  public Optional<byte[]> attachment(TraceRecord record, int index) throws IOException {
    return store.attachment(record, index);
  }

  @Override
  public void erase(String session) throws IOException {
    store.erase(session);
  }

  @Override
  public Verification verify() throws IOException {
    return store.verify();
  }

  @Override
  public StoreStatus status() {
    return store.status();
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
