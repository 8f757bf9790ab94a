package dev.weft.gateway.http;

import java.util.List;
import java.util.Optional;

/** What a path below {@code /v2/systemsharedmemory} asks for: Triton's extension of that name. */
sealed interface RegionRoute extends Route {

  /**
   * How regions are registered.
   *
   * @param name of one; empty for all
   */
  record Status(Optional<String> name) implements RegionRoute {}

  /** One more region. */
  record Register(String name) implements RegionRoute {
    @Override
    public String method() {
      return "POST";
    }
  }

  /**
   * Regions that are to be forgotten.
   *
   * @param name of one; empty for all
   */
  record Unregister(Optional<String> name) implements RegionRoute {
    @Override
    public String method() {
      return "POST";
    }
  }

  /**
   * @param below the parts of the path below {@code systemsharedmemory}
   * @return empty if there is nothing of this name
   */
  static Optional<RegionRoute> of(List<String> below) {
    var isOfOne = below.size() == 3 && below.getFirst().equals("region") && !below.get(1).isEmpty();
    if (!isOfOne && below.size() != 1) {
      return Optional.empty();
    }
    var name = isOfOne ? Optional.of(below.get(1)) : Optional.<String>empty();
    return switch (below.getLast()) {
      case "status" -> Optional.of(new Status(name));
      case "register" -> name.map(Register::new);
      case "unregister" -> Optional.of(new Unregister(name));
      default -> Optional.empty();
    };
  }
}
