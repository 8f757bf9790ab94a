package dev.weft.sim.node;

import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.TraceEntry;

/** Is told what an edge buffer answered; outlives the process that asked. */
public interface StoreWitness {

  void answered(TraceEntry entry, Outcome outcome);
}
