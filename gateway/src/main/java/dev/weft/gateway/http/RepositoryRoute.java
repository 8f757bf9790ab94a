package dev.weft.gateway.http;

import java.util.List;
import java.util.Optional;

/** What a path below {@code /v2/repository} changes: Triton's extension of that name. */
sealed interface RepositoryRoute extends Route {

  @Override
  default String method() {
    return "POST";
  }

  /** A model that is to be taken in. */
  record Load(String model) implements RepositoryRoute {}

  /** A model that is to be taken out. */
  record Unload(String model) implements RepositoryRoute {}

  /**
   * There is one repository, so its name, which may stand before {@code models}, is ignored. A name
   * of a model with slashes is a name, too, so that it is refused as one.
   *
   * @param below the parts of the path below {@code repository}
   * @return empty if there is nothing of this name
   */
  static Optional<RepositoryRoute> of(List<String> below) {
    var from = below.size() == 4 && below.get(1).equals("models") ? 2 : 1;
    if (below.size() < 3 || !below.get(from - 1).equals("models")) {
      return Optional.empty();
    }
    var model = String.join("/", below.subList(from, below.size() - 1));
    return switch (below.getLast()) {
      case "load" -> Optional.of(new Load(model));
      case "unload" -> Optional.of(new Unload(model));
      default -> Optional.empty();
    };
  }
}
