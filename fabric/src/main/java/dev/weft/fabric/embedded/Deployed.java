package dev.weft.fabric.embedded;

import dev.weft.stages.spi.ErrorCode;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The pipelines of a node that are deployed, by name. Threadsafe. */
final class Deployed {

  private final Map<String, Pipeline> pipelines = new ConcurrentHashMap<>();

  void put(Pipeline pipeline) {
    pipelines.put(pipeline.name(), pipeline);
  }

  void remove(String name) {
    pipelines.remove(name);
  }

  /**
   * The one of this name.
   *
   * @throws WeftException if there is none
   */
  Pipeline find(String name) {
    var pipeline = pipelines.get(name);
    if (pipeline == null) {
      throw new WeftException(
          ErrorCode.NOT_FOUND,
          "pipeline: '%s' (expected: one of %s)"
              .formatted(name, new TreeSet<>(pipelines.keySet())));
    }
    return pipeline;
  }

  /** Their names now, whatever becomes of them meanwhile. */
  Stream<String> names() {
    return List.copyOf(pipelines.keySet()).stream();
  }

  /** All, by name. */
  List<Pipeline> all() {
    return pipelines.values().stream().sorted(Comparator.comparing(Pipeline::name)).toList();
  }
}
