package dev.weft.cluster.artifact;

import dev.weft.cluster.fact.FactBook;
import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.site.NodeId;
import dev.weft.link.blob.BlobFile;
import dev.weft.link.blob.BlobHandler;
import dev.weft.link.blob.BlobSource;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Asked;
import dev.weft.link.exchange.Handler;
import dev.weft.link.exchange.Reason;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/**
 * Hands out files of variants, by digest and in pieces, to nodes that may have them: to be
 * registered for requests of {@link BlobHandler#KIND}. What a request says is looked up and never a
 * place.
 */
public final class ArtifactDesk implements Handler {

  private final HeldArtifacts held;
  private final FactBook facts;
  private final Executor reading;
  private final Semaphore free;
  private final int piecesMax;
  private final boolean isCertified;

  /**
   * @param facts say in which zones who asks is
   * @param piecesMax most pieces that are read at once; who asks for more is told to ask again
   * @param isCertified whether peers show certificates
   * @param reading where files are read, which takes as long as a disk does
   */
  public ArtifactDesk(
      HeldArtifacts held, FactBook facts, int piecesMax, boolean isCertified, Executor reading) {
    this.held = held;
    this.facts = facts;
    this.piecesMax = piecesMax;
    this.isCertified = isCertified;
    this.free = new Semaphore(piecesMax);
    this.reading = reading;
  }

  @Override
  public CompletionStage<Answer> handle(Asked asked) {
    if (!free.tryAcquire()) {
      return CompletableFuture.completedFuture(
          Answer.Refused.before(
              Reason.BUSY, "%d pieces are read (expected: fewer)".formatted(piecesMax)));
    }
    try {
      return new BlobHandler(source(asked.peer()), reading)
          .handle(asked)
          .whenComplete((_, _) -> free.release());
    } catch (RuntimeException e) {
      free.release();
      throw e;
    }
  }

  private BlobSource source(String peer) {
    var zones = zones(peer);
    return (digest, offset, length) -> {
      var artifact = held.find(digest.hex(), zones);
      if (artifact.isEmpty()) {
        return Optional.empty();
      }
      // One that is not as pinned is none of this digest.
      return BlobFile.read(artifact.get().path(), offset, length)
          .filter(piece -> piece.total() == artifact.get().sizeBytes());
    };
  }

  /** In which zones who asks is; none if nobody knows. */
  private Set<String> zones(String peer) {
    return NodeId.ofPeer(peer, isCertified)
        .flatMap(facts::find)
        .map(NodeFacts::zones)
        .orElse(Set.of());
  }
}
