package dev.weft.gateway.http;

import dev.weft.gateway.access.Caller;
import dev.weft.gateway.model.Indexed;
import dev.weft.gateway.model.Model;
import dev.weft.gateway.model.Serving;
import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.ProtocolException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tells which models there are, and loads and unloads them. */
record RepositoryAnswers(Serving serving, SmallBodies bodies, Replies replies) {

  void index(ServerRequest request, ServerResponse response) throws IOException {
    var isReadyOnly = flag(bodies.object(request), "ready");
    replies.array(
        request,
        response,
        serving.index(isReadyOnly).stream()
            .<Map<String, ?>>map(RepositoryAnswers::object)
            .toList());
  }

  private static Map<String, Object> object(Indexed entry) {
    var object = new LinkedHashMap<String, Object>();
    object.put("name", entry.name());
    object.put("version", Model.VERSION);
    object.put("state", entry.state());
    object.put("reason", entry.reason());
    return object;
  }

  void change(RepositoryRoute asked, Caller caller, ServerRequest request, ServerResponse response)
      throws IOException {
    PageOrigin.requireNone(request);
    var repository = serving.repository();
    switch (asked) {
      case RepositoryRoute.Load(var model) -> repository.load(caller, model, parameters(request));
      case RepositoryRoute.Unload(var model) ->
          repository.unload(caller, model, parameters(request));
    }
    replies.json(request, response, 200, Map.of());
  }

  private Map<String, Object> parameters(ServerRequest request) throws IOException {
    Map<String, Object> body;
    try {
      body = bodies.object(request);
    } catch (ProtocolException e) {
      if (e.fault() != Fault.TOO_LARGE) {
        throw e;
      }
      throw new ProtocolException(
          e.fault(),
          e.getMessage() + "; a model is loaded as the served files have it, not from a request",
          e);
    }
    var parameters = new LinkedHashMap<String, Object>();
    if (!(body.getOrDefault("parameters", Map.of()) instanceof Map<?, ?> given)) {
      throw new ProtocolException(
          Fault.INVALID, "parameters: no object (expected: one, or nothing)");
    }
    given.forEach((name, value) -> parameters.put(String.valueOf(name), value));
    return parameters;
  }

  private static boolean flag(Map<String, Object> body, String name) {
    if (body.getOrDefault(name, false) instanceof Boolean flag) {
      return flag;
    }
    throw new ProtocolException(
        Fault.INVALID, "%s: no boolean (expected: true or false)".formatted(name));
  }
}
