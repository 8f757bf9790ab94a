package dev.weft.cluster.artifact;

import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.link.blob.BlobDigest;
import dev.weft.link.blob.BlobException;
import dev.weft.link.blob.BlobFetch;
import dev.weft.link.exchange.Peers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Brings files over the data link, of one node after another until one has it. */
public final class PeersArtifactLink implements ArtifactLink {

  private final NodeId here;
  private final Peers peers;
  private final Supplier<List<NodeFacts>> seen;
  private final ArtifactSettings settings;

  /**
   * @param peers stays the caller's
   * @param seen nodes heard of of late
   */
  public PeersArtifactLink(
      NodeId here, Peers peers, Supplier<List<NodeFacts>> seen, ArtifactSettings settings) {
    this.here = here;
    this.peers = peers;
    this.seen = seen;
    this.settings = settings;
  }

  @Override
  public void bring(DeclaredVariant declared, SiteName region, Path file)
      throws IOException, InterruptedException {
    var artifact =
        declared
            .artifact()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "variant '%s': no file (expected: one)".formatted(declared.name())));
    var digest = new BlobDigest(artifact.sha256());
    var failures = new ArrayList<String>();
    for (var holder : HolderRule.order(seen.get(), here, region, declared)) {
      try {
        fetch(holder, artifact.sizeBytes()).fetch(digest, file);
        return;
      } catch (BlobException | IllegalArgumentException | IllegalStateException e) {
        var why = String.valueOf(e.getMessage()).replace(digest + ": ", "");
        failures.add("node %s: %s".formatted(holder.id(), why));
      }
    }
    throw new IOException(
        "'%s', SHA-256 %s: %s"
            .formatted(
                artifact.file(),
                digest,
                failures.isEmpty()
                    ? "no node that may have it is reached"
                    : String.join("; ", failures)));
  }

  private BlobFetch fetch(NodeFacts holder, long bytesMax) {
    return new BlobFetch(
        peers.at(holder.id().at(holder.link())),
        settings.pieceTimeout(),
        settings.patience(),
        bytesMax);
  }
}
