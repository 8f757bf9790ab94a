package dev.weft.gateway.http;

import java.util.List;
import java.util.Optional;

/** What a path asks for, and by which method. */
sealed interface Route
    permits Route.Live,
        Route.Ready,
        Route.Server,
        Route.Index,
        Route.AllStats,
        Route.Metadata,
        Route.ModelReady,
        Route.ModelConfig,
        Route.Stats,
        Route.Infer,
        Route.Generate,
        Route.LogSettings,
        Route.ChangeLogSettings,
        RegionRoute,
        RepositoryRoute,
        TraceRoute,
        Operation,
        Ofrep,
        DashboardFile {

  /** The method of this route. */
  default String method() {
    return "GET";
  }

  /** What {@code method} asks for at the path of this route; itself where it has only one. */
  default Route by(String method) {
    return this;
  }

  /** All methods of its path. */
  default String methods() {
    return method();
  }

  /** Whether the process is there at all. */
  record Live() implements Route {}

  /** Whether every model would take a request. */
  record Ready() implements Route {}

  /** Name, version and extensions of the server. */
  record Server() implements Route {}

  /** The models there are. */
  record Index() implements Route {
    @Override
    public String method() {
      return "POST";
    }
  }

  /** Statistics of all models. */
  record AllStats() implements Route {}

  /** The signature of a model. */
  record Metadata(String model, Optional<String> version) implements Route {}

  /** Whether a model would take a request. */
  record ModelReady(String model, Optional<String> version) implements Route {}

  /** The configuration of a model. */
  record ModelConfig(String model, Optional<String> version) implements Route {}

  /** Statistics of a model. */
  record Stats(String model, Optional<String> version) implements Route {}

  /** One inference. */
  record Infer(String model, Optional<String> version) implements Route {
    @Override
    public String method() {
      return "POST";
    }
  }

  /**
   * One inference in the form of fields.
   *
   * @param isStream whether the answer is to be an event
   */
  record Generate(String model, Optional<String> version, boolean isStream) implements Route {
    @Override
    public String method() {
      return "POST";
    }
  }

  /** How much is logged. */
  record LogSettings() implements Route {
    @Override
    public Route by(String method) {
      return method.equals(ChangeLogSettings.METHOD) ? new ChangeLogSettings() : this;
    }

    @Override
    public String methods() {
      return method() + ", " + ChangeLogSettings.METHOD;
    }
  }

  /** A change of how much is logged. */
  record ChangeLogSettings() implements Route {
    static final String METHOD = "POST";

    @Override
    public String method() {
      return METHOD;
    }
  }

  /**
   * The route of a path.
   *
   * @param path as it came, without a query; one slash at its end makes no difference
   * @return empty if there is nothing of this name
   */
  static Optional<Route> of(String path) {
    var parts = List.of(path.split("/", -1));
    if (parts.size() < 2 || !parts.get(0).isEmpty()) {
      return Optional.empty();
    }
    var end = parts.size() > 2 && parts.getLast().isEmpty() ? parts.size() - 1 : parts.size();
    var below = parts.subList(2, end);
    return switch (parts.get(1)) {
      case "v2" -> protocol(below);
      case "weft" -> Operation.of(below).map(operation -> operation);
      case "ofrep" -> Ofrep.of(below).map(evaluation -> evaluation);
      case "", "ui" -> DashboardFile.of(parts.subList(1, end)).map(file -> file);
      default -> Optional.empty();
    };
  }

  private static Optional<Route> protocol(List<String> below) {
    return switch (below.size()) {
      case 0 -> Optional.of(new Server());
      case 1 ->
          below.getFirst().equals("logging") ? Optional.of(new LogSettings()) : Optional.empty();
      default ->
          switch (below.getFirst()) {
            case "health" -> health(below.subList(1, below.size()));
            case "repository" -> repository(below.subList(1, below.size()));
            case "trace" ->
                below.equals(List.of("trace", "setting"))
                    ? Optional.of(new TraceRoute.Show(Optional.empty(), Optional.empty()))
                    : Optional.empty();
            case "models" -> models(below.subList(1, below.size()));
            case "systemsharedmemory" ->
                RegionRoute.of(below.subList(1, below.size())).map(region -> region);
            default -> Optional.empty();
          };
    };
  }

  private static Optional<Route> health(List<String> parts) {
    return switch (String.join("/", parts)) {
      case "live" -> Optional.of(new Live());
      case "ready" -> Optional.of(new Ready());
      default -> Optional.empty();
    };
  }

  /** There is one repository, so its name, which may stand before what is asked for, is ignored. */
  private static Optional<Route> repository(List<String> parts) {
    return parts.size() <= 2 && parts.getLast().equals("index")
        ? Optional.of(new Index())
        : RepositoryRoute.of(parts).map(change -> change);
  }

  private static Optional<Route> models(List<String> parts) {
    var model = parts.getFirst();
    var rest = parts.subList(1, parts.size());
    if (model.isEmpty()) {
      return Optional.empty();
    }
    if (model.equals("stats") && rest.isEmpty()) {
      return Optional.of(new AllStats());
    }
    var version = Optional.<String>empty();
    if (rest.size() >= 2 && rest.getFirst().equals("versions")) {
      if (!rest.get(1).matches("[0-9]{1,18}")) {
        return Optional.empty();
      }
      version = Optional.of(rest.get(1));
      rest = rest.subList(2, rest.size());
    }
    return switch (String.join("/", rest)) {
      case "" -> rest.isEmpty() ? Optional.of(new Metadata(model, version)) : Optional.empty();
      case "ready" -> Optional.of(new ModelReady(model, version));
      case "config" -> Optional.of(new ModelConfig(model, version));
      case "stats" -> Optional.of(new Stats(model, version));
      case "trace/setting" -> Optional.of(new TraceRoute.Show(Optional.of(model), version));
      case "infer" -> Optional.of(new Infer(model, version));
      case "generate" -> Optional.of(new Generate(model, version, false));
      case "generate_stream" -> Optional.of(new Generate(model, version, true));
      default -> Optional.empty();
    };
  }
}
