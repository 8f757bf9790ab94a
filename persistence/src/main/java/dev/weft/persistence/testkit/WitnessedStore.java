package dev.weft.persistence.testkit;

import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.TraceEntry;
import dev.weft.persistence.trace.TraceStore;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/**
 * A trace store that tells how each append was answered, on the thread that answers it, before
 * whoever appended is.
 */
public final class WitnessedStore extends ForwardingStore {

  private final BiConsumer<TraceEntry, Outcome> witness;

  public WitnessedStore(TraceStore store, BiConsumer<TraceEntry, Outcome> witness) {
    super(store);
    this.witness = witness;
  }

  @Override
  public CompletionStage<Outcome> append(TraceEntry entry) {
    return super.append(entry)
        .thenApply(
            outcome -> {
              witness.accept(entry, outcome);
              return outcome;
            });
  }
}
