package dev.weft.bench;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a cluster costs and how fast it is: real processes on this machine, over the loopback
 * address.
 */
final class ClusterBench implements Bench {

  static final String NAME = "cluster";

  private static final List<String> CASES =
      List.of("frames", "hand-off", "move", "kill", "link", "sites", "facts");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean takesArguments() {
    return true;
  }

  @Override
  public String summary() {
    return "What a cluster of processes costs, against one process and plain gRPC: " + CASES + ".";
  }

  @Override
  public void run(BenchOptions options, Consumer<Figure> figures) {
    var wanted = options.chosen(NAME, CASES);
    try {
      for (var each : wanted) {
        run(each, options, figures);
      }
    } catch (IOException | IllegalStateException e) {
      throw new BenchException("cluster: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted");
    }
  }

  private static void run(String name, BenchOptions options, Consumer<Figure> figures)
      throws IOException, InterruptedException {
    switch (name) {
      case "frames" -> ClusterFrames.run(options, figures);
      case "hand-off" -> ClusterHandOff.run(options, figures);
      case "move" -> ClusterMove.run(options, figures);
      case "kill" -> ClusterKill.run(options, figures);
      case "link" -> ClusterLink.run(options, figures);
      case "sites" -> ClusterSites.run(options, figures);
      default -> ClusterFacts.run(options, figures);
    }
  }
}
