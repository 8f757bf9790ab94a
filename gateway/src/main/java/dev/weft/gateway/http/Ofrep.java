package dev.weft.gateway.http;

import java.util.List;
import java.util.Optional;

/** What a path below {@code /ofrep/v1/evaluate} asks for: what flags are for a context. */
sealed interface Ofrep extends Route {

  @Override
  default String method() {
    return "POST";
  }

  /** One flag. */
  record OneFlag(String key) implements Ofrep {}

  /** All flags. */
  record AllFlags() implements Ofrep {}

  /**
   * @param below the parts of the path below {@code /ofrep}
   * @return empty if there is nothing of this name
   */
  static Optional<Ofrep> of(List<String> below) {
    if (below.size() < 3 || !below.subList(0, 3).equals(List.of("v1", "evaluate", "flags"))) {
      return Optional.empty();
    }
    var key = String.join("/", below.subList(3, below.size()));
    return Optional.of(key.isEmpty() ? new AllFlags() : new OneFlag(key));
  }
}
