package dev.weft.bench.cluster;

import dev.weft.cluster.frame.WayCounters;
import dev.weft.cluster.node.ClusterNode;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.link.identity.Security;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Set;
import java.util.stream.Collectors;

/** A node of a cluster in this JVM, which serves one model. */
public final class BenchNode implements AutoCloseable {

  private static final String MODEL = "same";

  private final Weft weft;
  private final ClusterNode node;
  private final Pipeline pipeline;

  private BenchNode(Weft weft, ClusterNode node, Pipeline pipeline) {
    this.weft = weft;
    this.node = node;
    this.pipeline = pipeline;
  }

  /** Starts it; it joins on its own. */
  static BenchNode start(NodeTerms terms, Path model) throws IOException {
    var config = terms.config();
    var weft = Weft.embedded(config);
    try {
      var pipeline = weft.register(MODEL, model);
      var node =
          ClusterNode.start(weft, config, Security.none(), new SecureRandom(), System::nanoTime);
      return new BenchNode(weft, node, pipeline);
    } catch (IOException | RuntimeException e) {
      weft.close();
      throw e;
    }
  }

  public Weft weft() {
    return weft;
  }

  public Pipeline pipeline() {
    return pipeline;
  }

  /** How many frames went which way; looks at nothing else, so as not to be in their way. */
  public WayCounters.Counts frames() {
    return node.frames();
  }

  /** The nodes of which it heard of late, itself among them, as {@code site/name}. */
  public Set<String> known() {
    return node.status().nodes().stream()
        .map(facts -> facts.id().toString())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Has it leave its cluster. */
  @Override
  public void close() {
    node.close();
    weft.close();
  }
}
