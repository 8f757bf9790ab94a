package dev.weft.gateway.http;

import dev.weft.fabric.embedded.WeftException;
import dev.weft.gateway.access.AccessException;
import dev.weft.gateway.access.Guard;
import dev.weft.gateway.error.ErrorTable;
import dev.weft.gateway.model.Model;
import dev.weft.gateway.model.Models;
import dev.weft.gateway.protocol.ProtocolException;
import dev.weft.stages.spi.ErrorCode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers every path: those of the protocol itself, what operators ask, and the dashboard. */
final class Protocol implements Handler {

  /** Of the protocol's extensions, those that are there as a whole. */
  private static final List<String> EXTENSIONS =
      List.of("binary_tensor_data", "model_configuration", "schedule_policy", "statistics");

  private final String serverVersion;
  private final Entrance entrance;
  private final Models models;
  private final Inference inference;
  private final Operations operations;
  private final Dashboard dashboard;
  private final Replies replies;
  private final InFlight inFlight;

  Protocol(
      String serverVersion,
      Entrance entrance,
      Models models,
      Inference inference,
      Operations operations,
      Replies replies,
      InFlight inFlight) {
    this.serverVersion = serverVersion;
    this.entrance = entrance;
    this.models = models;
    this.inference = inference;
    this.operations = operations;
    this.dashboard = new Dashboard(replies);
    this.replies = replies;
    this.inFlight = inFlight;
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) throws IOException {
    var path = request.path().path();
    var route = Route.of(path);
    if (route.isEmpty()) {
      replies.error(request, response, ErrorTable.unknownPath(path));
      return;
    }
    var method = request.prologue().method().text();
    if (!method.equals(route.get().method())) {
      response.header(HeaderNames.ALLOW, route.get().method());
      replies.error(request, response, ErrorTable.wrongMethod(method, path, route.get().method()));
      return;
    }
    try {
      var admission = entrance.admit(Rights.of(route.get()), request);
      answer(route.get(), admission, request, response);
    } catch (AccessException e) {
      replies.error(request, response, ErrorTable.of(e));
    } catch (ProtocolException e) {
      replies.error(request, response, ErrorTable.of(e));
    } catch (WeftException e) {
      replies.error(request, response, ErrorTable.of(e.code(), String.valueOf(e.getMessage())));
    }
  }

  private void answer(
      Route route, Guard.Admission admission, ServerRequest request, ServerResponse response)
      throws IOException {
    switch (route) {
      case Route.Live() -> replies.json(request, response, 200, Map.of("live", true));
      case Route.Ready() -> {
        var isReady = !inFlight.isDraining() && models.all().stream().allMatch(Model::isReady);
        replies.json(request, response, isReady ? 200 : 400, Map.of("ready", isReady));
      }
      case Route.Server() -> replies.json(request, response, 200, server());
      case Route.Index() -> index(request, response);
      case Route.AllStats() -> stats(request, response, models.all());
      case Route.Metadata(var name, var version) ->
          replies.json(request, response, 200, models.find(name, version).metadata());
      case Route.ModelConfig(var name, var version) ->
          replies.json(request, response, 200, models.find(name, version).config());
      case Route.Stats(var name, var version) ->
          stats(request, response, List.of(models.find(name, version)));
      case Route.ModelReady(var name, var version) ->
          ready(request, response, models.find(name, version));
      case Route.Infer(var name, var version) -> infer(admission, request, response, name, version);
      case Operation operation -> operations.answer(operation, request, response);
      case DashboardFile file -> dashboard.answer(file, request, response);
    }
  }

  private Map<String, Object> server() {
    var object = new LinkedHashMap<String, Object>();
    object.put("name", "weft");
    object.put("version", serverVersion);
    object.put("extensions", EXTENSIONS);
    return object;
  }

  private void ready(ServerRequest request, ServerResponse response, Model model)
      throws IOException {
    var isReady = !inFlight.isDraining() && model.isReady();
    var object = new LinkedHashMap<String, Object>();
    object.put("name", model.name());
    object.put("ready", isReady);
    replies.json(request, response, isReady ? 200 : 400, object);
  }

  /** Every model is listed, whether the request wants the ready ones only or all: all are ready. */
  private void index(ServerRequest request, ServerResponse response) throws IOException {
    replies.array(
        request, response, models.all().stream().<Map<String, ?>>map(Protocol::indexed).toList());
  }

  private static Map<String, Object> indexed(Model model) {
    var object = new LinkedHashMap<String, Object>();
    object.put("name", model.name());
    object.put("version", Model.VERSION);
    object.put("state", model.isReady() ? "READY" : "UNAVAILABLE");
    object.put("reason", model.isReady() ? "" : "unloading");
    return object;
  }

  private void stats(ServerRequest request, ServerResponse response, List<Model> which)
      throws IOException {
    replies.json(
        request, response, 200, Map.of("model_stats", which.stream().map(Model::counted).toList()));
  }

  private void infer(
      Guard.Admission admission,
      ServerRequest request,
      ServerResponse response,
      String name,
      Optional<String> version)
      throws IOException {
    if (!inFlight.enter()) {
      replies.error(
          request,
          response,
          ErrorTable.of(ErrorCode.UNAVAILABLE, "shutting down (expected: a server that is not)"));
      return;
    }
    try {
      inference.run(models.find(name, version), admission, request, response);
    } finally {
      inFlight.leave();
    }
  }
}
