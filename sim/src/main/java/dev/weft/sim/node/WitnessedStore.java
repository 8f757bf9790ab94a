package dev.weft.sim.node;

import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.StoreStatus;
import dev.weft.persistence.trace.TraceCursor;
import dev.weft.persistence.trace.TraceEntry;
import dev.weft.persistence.trace.TraceItem;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceStore;
import dev.weft.persistence.trace.Verification;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A trace store that shows what it was given and what it answered. */
final class WitnessedStore implements TraceStore {

  private final TraceStore store;
  private final StoreWitness witness;

  WitnessedStore(TraceStore store, StoreWitness witness) {
    this.store = store;
    this.witness = witness;
  }

  @Override
  public CompletionStage<Outcome> append(TraceEntry entry) {
    return store
        .append(entry)
        .whenComplete(
            (outcome, failure) -> {
              if (failure == null) {
                witness.answered(entry, outcome);
              }
            });
  }

  @Override
  public TraceCursor read(TraceQuery query) throws IOException {
    return store.read(query);
  }

  @Override
  public Optional<byte[]> attachment(TraceItem.TraceRecord record, int index) throws IOException {
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
