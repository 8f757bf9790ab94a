package dev.weft.bench.cluster;

import dev.weft.bench.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Nodes in a process of their own; asked to end, they leave their cluster. */
final class NodeServer {

  private NodeServer() {}

  /**
   * @param arguments the model's file, and the terms of each node
   */
  public static void main(String[] arguments) throws IOException {
    var model = Path.of(arguments[0]);
    var nodes = new ArrayList<BenchNode>();
    var ports = new ArrayList<Integer>();
    for (var argument : List.of(arguments).subList(1, arguments.length)) {
      var terms = NodeTerms.parse(argument);
      nodes.add(BenchNode.start(terms, model));
      ports.add(terms.link());
    }
    ServerProcess.serve(ports);
    nodes.forEach(BenchNode::close);
    System.exit(0);
  }
}
