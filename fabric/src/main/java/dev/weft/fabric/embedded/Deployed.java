package dev.weft.fabric.embedded;

import dev.weft.fabric.pipeline.PipelineDoor;
import dev.weft.stages.spi.ErrorCode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The pipelines of a node: those that are found by name, and those that are loaded beside them,
 * because they are to take a place or have given it up. Threadsafe; looking takes no lock.
 */
final class Deployed {

  private volatile Map<String, Pipeline> named = Map.of();
  private final Set<Pipeline> apart = new HashSet<>();
  private final Set<String> reserved = new HashSet<>();

  /**
   * Keeps a name for one who is about to deploy under it.
   *
   * @throws WeftException if it is taken
   */
  synchronized void reserve(String name) {
    if (named.containsKey(name) || !reserved.add(name)) {
      throw taken(name);
    }
  }

  synchronized void unreserve(String name) {
    reserved.remove(name);
  }

  /** Takes note of one that nobody finds yet. */
  synchronized Pipeline prepared(Pipeline pipeline) {
    apart.add(pipeline);
    return pipeline;
  }

  /**
   * Has those {@code in} found by name and those {@code out} no more, at one instant.
   *
   * @throws WeftException if a name is taken by one that does not leave; nothing is changed
   */
  synchronized void exchange(List<Pipeline> out, List<Pipeline> in) {
    var next = new TreeMap<>(named);
    next.values().removeAll(out);
    for (var pipeline : in) {
      if (next.putIfAbsent(pipeline.name(), pipeline) != null) {
        throw taken(pipeline.name());
      }
    }
    out.stream().filter(named::containsValue).forEach(apart::add);
    in.forEach(apart::remove);
    named = Collections.unmodifiableMap(next);
  }

  private static WeftException taken(String name) {
    return new WeftException(
        ErrorCode.FAILED_PRECONDITION, "pipeline '%s' is deployed already".formatted(name));
  }

  /** Forgets the one behind {@code door}. */
  synchronized void remove(PipelineDoor door) {
    apart.removeIf(pipeline -> pipeline.door() == door);
    var next = new TreeMap<>(named);
    next.values().removeIf(pipeline -> pipeline.door() == door);
    named = Collections.unmodifiableMap(next);
  }

  /** Has all know that a session is closed. */
  synchronized void closed(String session) {
    named.values().forEach(pipeline -> pipeline.closed(session));
    apart.forEach(pipeline -> pipeline.closed(session));
  }

  /** Forgets all, and gives the doors of them. */
  synchronized List<PipelineDoor> end() {
    var all = new ArrayList<>(named.values());
    all.addAll(apart);
    named = Map.of();
    apart.clear();
    return all.stream().map(Pipeline::door).toList();
  }

  /**
   * The one of this name.
   *
   * @throws WeftException if there is none
   */
  Pipeline find(String name) {
    var now = named;
    var pipeline = now.get(name);
    if (pipeline == null) {
      throw new WeftException(
          ErrorCode.NOT_FOUND,
          "pipeline: '%s' (expected: one of %s)".formatted(name, now.keySet()));
    }
    return pipeline;
  }

  Optional<Pipeline> known(String name) {
    return Optional.ofNullable(named.get(name));
  }

  /** Those that are found by name, by name. */
  List<Pipeline> all() {
    return List.copyOf(named.values());
  }
}
