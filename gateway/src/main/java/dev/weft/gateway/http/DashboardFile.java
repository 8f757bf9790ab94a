package dev.weft.gateway.http;

import java.util.List;
import java.util.Optional;

/**
 * A file of the dashboard.
 *
 * @param name of the file among those that were built; below {@code assets} its name tells its
 *     content, so that it never changes
 */
record DashboardFile(String name) implements Route {

  static final String PAGE = "index.html";

  private static final String ASSETS = "assets/";
  private static final String NAME = "[A-Za-z0-9_-][A-Za-z0-9._-]*";

  /**
   * @param parts of the path, of which the first is empty or {@code ui}
   * @return empty if no file can have this name
   */
  static Optional<DashboardFile> of(List<String> parts) {
    var below = parts.subList(1, parts.size());
    if (below.isEmpty()) {
      return Optional.of(new DashboardFile(PAGE));
    }
    var isNamed = parts.getFirst().equals("ui") && below.getLast().matches(NAME);
    if (!isNamed) {
      return Optional.empty();
    }
    return switch (below.size()) {
      case 1 -> Optional.of(new DashboardFile(below.getFirst()));
      case 2 ->
          below.getFirst().equals("assets")
              ? Optional.of(new DashboardFile(ASSETS + below.get(1)))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  /** Whether it is the same for ever. */
  boolean isImmutable() {
    return name.startsWith(ASSETS);
  }

  /** Its media type, by how its name ends. */
  String type() {
    var ending = name.substring(name.lastIndexOf('.') + 1);
    return switch (ending) {
      case "html" -> "text/html; charset=utf-8";
      case "js" -> "text/javascript; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "svg" -> "image/svg+xml";
      case "json" -> "application/json";
      case "txt" -> "text/plain; charset=utf-8";
      default -> "application/octet-stream";
    };
  }
}
