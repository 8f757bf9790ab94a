package dev.weft.bench.cluster;

import dev.weft.fabric.session.Sessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Sessions that were opened, by the node they live on. */
public final class SpreadSessions {

  private static final int AT_ONCE = 64;

  /** Fewer than this share of those opened at one node is no even spread. */
  private static final int OPENED_MAX_PER_WANTED = 20;

  /** Part of its patience that is waited before a question is asked again. */
  private static final int PAUSES = 20;

  private static final String TENANT = "nobody";

  private final Map<String, List<String>> byNode;

  private SpreadSessions(Map<String, List<String>> byNode) {
    this.byNode = byNode;
  }

  /**
   * Names of the sessions of a node.
   *
   * @param node as {@code site/name}
   */
  public List<String> at(String node) {
    return List.copyOf(byNode.getOrDefault(node, List.of()));
  }

  /**
   * Opens sessions until each node has some.
   *
   * @param nodes as {@code site/name}
   * @param each how many of each node are given
   * @throws IllegalStateException if a node does not get its share
   */
  public static SpreadSessions open(Sessions sessions, String prefix, Set<String> nodes, int each) {
    Map<String, List<String>> found = new LinkedHashMap<>();
    nodes.forEach(node -> found.put(node, new ArrayList<>()));
    var opened = 0;
    while (found.values().stream().anyMatch(names -> names.size() < each)) {
      if (opened > OPENED_MAX_PER_WANTED * nodes.size() * Math.max(each, AT_ONCE)) {
        throw new IllegalStateException(
            "%d sessions opened, at %s (expected: %d at each of %s)"
                .formatted(opened, found, each, nodes));
      }
      var places = new LinkedHashMap<String, CompletableFuture<String>>();
      for (var i = 0; i < AT_ONCE; i++) {
        var name = prefix + opened++;
        places.put(name, sessions.open(name, TENANT, 0).thenApply(state -> state.feeder().node()));
      }
      places.forEach(
          (name, place) -> {
            var names = found.get(place.join());
            if (names != null && names.size() < each) {
              names.add(name);
            }
          });
    }
    return new SpreadSessions(found);
  }

  /**
   * Asks for each session until it is fed by a node as wanted.
   *
   * @param isWanted of a node, as {@code site/name}
   * @param patience with one question, which may have gone to a node that is no more
   * @return completes when all are
   */
  public static CompletableFuture<Void> await(
      Sessions sessions, List<String> names, Predicate<String> isWanted, Duration patience) {
    return CompletableFuture.allOf(
        names.stream()
            .map(name -> await(sessions, name, isWanted, patience))
            .toArray(CompletableFuture[]::new));
  }

  private static CompletableFuture<Void> await(
      Sessions sessions, String name, Predicate<String> isWanted, Duration patience) {
    return sessions
        .claim(name)
        .copy()
        .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .handle((state, _) -> state != null && isWanted.test(state.feeder().node()))
        .thenCompose(
            isThere ->
                isThere
                    ? CompletableFuture.completedFuture(null)
                    : after(patience.dividedBy(PAUSES))
                        .thenCompose(_ -> await(sessions, name, isWanted, patience)));
  }

  private static CompletableFuture<Void> after(Duration pause) {
    return CompletableFuture.runAsync(
        () -> {}, CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS));
  }
}
