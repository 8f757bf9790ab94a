package dev.weft.stages.spi;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The kinds of stage that are there, by the word manifests write after {@code uses:}. */
public final class StageKinds {

  private final Map<String, StageFactory> factories;

  private StageKinds(Map<String, StageFactory> factories) {
    this.factories = factories;
  }

  /** All kinds on the class path. */
  public static StageKinds discover() {
    return of(
        ServiceLoader.load(StageFactory.class).stream().map(ServiceLoader.Provider::get).toList());
  }

  /**
   * The kinds these factories make.
   *
   * @throws IllegalArgumentException if two are of one kind
   */
  public static StageKinds of(Collection<? extends StageFactory> factories) {
    var byKind = new TreeMap<String, StageFactory>();
    for (var factory : factories) {
      var other = byKind.put(factory.kind(), factory);
      if (other != null) {
        throw new IllegalArgumentException(
            "kind: '%s' of %s and %s (expected: one factory for each kind)"
                .formatted(
                    factory.kind(), other.getClass().getName(), factory.getClass().getName()));
      }
    }
    return new StageKinds(byKind);
  }

  public Optional<StageFactory> find(String kind) {
    return Optional.ofNullable(factories.get(kind));
  }

  /** Sorted. */
  public List<String> names() {
    return List.copyOf(factories.keySet());
  }

  /** Sorted by kind. */
  public List<StageFactory> factories() {
    return List.copyOf(factories.values());
  }
}
