package dev.weft.gateway.http;

import java.util.Optional;

/** What a path that ends in {@code trace/setting} asks for: Triton's extension of that name. */
sealed interface TraceRoute extends Route {

  /**
   * Which requests are traced.
   *
   * @param model empty for all that have no settings of their own
   */
  record Show(Optional<String> model, Optional<String> version) implements TraceRoute {
    @Override
    public Route by(String method) {
      return method.equals(Change.METHOD) ? new Change(model, version) : this;
    }

    @Override
    public String methods() {
      return method() + ", " + Change.METHOD;
    }
  }

  /**
   * A change of that.
   *
   * @param model empty for all that have no settings of their own
   */
  record Change(Optional<String> model, Optional<String> version) implements TraceRoute {
    static final String METHOD = "POST";

    @Override
    public String method() {
      return METHOD;
    }
  }
}
