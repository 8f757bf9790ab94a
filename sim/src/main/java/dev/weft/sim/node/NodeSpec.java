package dev.weft.sim.node;

import dev.weft.fabric.session.SessionRules;
import dev.weft.fabric.session.SignalSchema;
import dev.weft.persistence.trace.TraceSettings;
import java.time.Duration;
import java.util.Optional;

/**
 * What a simulated node is made with.
 *
 * @param loops inference loops, at least 1
 * @param engine how its models behave
 * @param trace how its edge buffer works
 * @param recordEvery how often frames that have ended are recorded
 * @param uploads what it sends of its edge buffer
 * @param book is told what the edge buffer answered; outlives the process that asked
 * @param witness is told what models do
 */
public record NodeSpec(
    int loops,
    EngineFaults engine,
    TraceSettings trace,
    SessionRules sessions,
    SignalSchema signals,
    Duration recordEvery,
    Optional<Uploads> uploads,
    BufferBook book,
    ModelWitness witness) {

  /** Models that nobody looks at. */
  public NodeSpec(
      int loops,
      EngineFaults engine,
      TraceSettings trace,
      SessionRules sessions,
      SignalSchema signals,
      Duration recordEvery,
      Optional<Uploads> uploads,
      BufferBook book) {
    this(loops, engine, trace, sessions, signals, recordEvery, uploads, book, ModelWitness.NOBODY);
  }

  /** The same that tells {@code wanted} what its models do. */
  NodeSpec witnessedBy(ModelWitness wanted) {
    return new NodeSpec(
        loops, engine, trace, sessions, signals, recordEvery, uploads, book, wanted);
  }

  /** The same that sends what its edge buffer has. */
  public NodeSpec withUploads(Uploads wanted) {
    return new NodeSpec(
        loops, engine, trace, sessions, signals, recordEvery, Optional.of(wanted), book, witness);
  }
}
