package dev.weft.fabric.embedded;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.manifest.Capture;
import dev.weft.fabric.pipeline.Graphs;
import dev.weft.fabric.pipeline.Request;
import dev.weft.stages.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A process of its own that runs some frames and says which threads it has then. */
final class BareNode {

  private static final int FRAMES = 20;

  private BareNode() {}

  public static void main(String[] args) {
    var graph =
        Graphs.pipeline(
                List.of(Graphs.input("in")),
                List.of(Graphs.step("only", "pass", "x=in")),
                List.of(Graphs.output("out", "only.y")),
                List.of(),
                List.of())
            .capturing(Optional.of(Capture.inputs()));
    try (var weft = Weft.embedded(ConfigFactory.load())) {
      var pipeline = weft.deploy(graph, Map.of("pass", Graphs.stage("pass", "x")));
      for (var i = 0; i < FRAMES; i++) {
        pipeline.infer(Request.of("in", weft.tensors().floats(Shape.of(1), i))).close();
      }
      Thread.getAllStackTraces()
          .keySet()
          .forEach(thread -> System.out.println("thread " + thread.getName()));
    }
  }
}
