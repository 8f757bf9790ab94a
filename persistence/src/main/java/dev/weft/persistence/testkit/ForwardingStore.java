package dev.weft.persistence.testkit;

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

/** A trace store that hands everything on to another; for those that look at some of it. */
public abstract class ForwardingStore implements TraceStore {

  private final TraceStore store;

  /**
   * @param store everything is handed on to, and which is closed with this one
   */
  protected ForwardingStore(TraceStore store) {
    this.store = store;
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
  public TraceCursor read(TraceQuery query) throws IOException {
    return store.read(query);
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
