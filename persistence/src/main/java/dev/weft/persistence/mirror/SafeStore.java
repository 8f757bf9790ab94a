package dev.weft.persistence.mirror;

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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A store that may have a standby: a record is answered with {@link Outcome.Kept} when it is safe,
 * which the {@link Guard} says. Without a guard it is the store. For any number of threads.
 */
public final class SafeStore implements TraceStore {

  private final TraceStore store;
  private volatile Optional<Guard> guard = Optional.empty();

  /** Says when what is durable is safe. */
  public interface Guard {

    /** Completes with {@code kept} as soon as it need not wait any more. Never blocks. */
    CompletionStage<Outcome> safe(Outcome.Kept kept);
  }

  /**
   * @param store closed with this
   */
  public SafeStore(TraceStore store) {
    this.store = store;
  }

  /** Has records wait for {@code waited}; for nobody if it is empty. */
  public void guard(Optional<Guard> waited) {
    guard = waited;
  }

  @Override
  public CompletionStage<Outcome> append(TraceEntry entry) {
    var answer = store.append(entry);
    return guard.isEmpty() ? answer : answer.thenCompose(this::safe);
  }

  private CompletionStage<Outcome> safe(Outcome outcome) {
    var waited = guard;
    return outcome instanceof Outcome.Kept kept && waited.isPresent()
        ? waited.get().safe(kept)
        : CompletableFuture.completedFuture(outcome);
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
