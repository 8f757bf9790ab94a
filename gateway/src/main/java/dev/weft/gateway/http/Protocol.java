package dev.weft.gateway.http;

import dev.weft.fabric.embedded.WeftException;
import dev.weft.gateway.access.AccessException;
import dev.weft.gateway.access.Caller;
import dev.weft.gateway.access.Guard;
import dev.weft.gateway.error.ErrorTable;
import dev.weft.gateway.http.Inference.Asked;
import dev.weft.gateway.model.Model;
import dev.weft.gateway.model.Serving;
import dev.weft.gateway.protocol.ProtocolException;
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

  private final Serving serving;
  private final Entrance entrance;
  private final Inference inference;
  private final Operations operations;
  private final Evaluations evaluations;
  private final RegionDesk regions;
  private final RepositoryAnswers repository;
  private final SmallBodies bodies;
  private final Dashboard dashboard;
  private final Replies replies;

  Protocol(
      Serving serving,
      Entrance entrance,
      Inference inference,
      Operations operations,
      Evaluations evaluations,
      SmallBodies bodies,
      Replies replies) {
    this.serving = serving;
    this.entrance = entrance;
    this.inference = inference;
    this.operations = operations;
    this.evaluations = evaluations;
    this.regions = new RegionDesk(serving, bodies, replies);
    this.repository = new RepositoryAnswers(serving, bodies, replies);
    this.bodies = bodies;
    this.dashboard = new Dashboard(replies);
    this.replies = replies;
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) throws IOException {
    var path = request.path().path();
    var method = request.prologue().method().text();
    var route = Route.of(path).map(found -> found.by(method));
    if (route.isEmpty()) {
      replies.error(request, response, ErrorTable.unknownPath(path));
      return;
    }
    if (!method.equals(route.get().method())) {
      var methods = route.get().methods();
      response.header(HeaderNames.ALLOW, methods);
      replies.error(request, response, ErrorTable.wrongMethod(method, path, methods));
      return;
    }
    try {
      var admission = entrance.admit(Rights.of(route.get()), request);
      answer(route.get(), admission, request, response);
    } catch (AccessException | ProtocolException | WeftException e) {
      replies.error(request, response, ErrorTable.of(e));
    }
  }

  private void answer(
      Route route, Guard.Admission admission, ServerRequest request, ServerResponse response)
      throws IOException {
    var models = serving.models();
    switch (route) {
      case Route.Live() -> replies.json(request, response, 200, Map.of("live", true));
      case Route.Ready() -> {
        var isReady = serving.isReady();
        replies.json(request, response, isReady ? 200 : 400, Map.of("ready", isReady));
      }
      case Route.Server() -> replies.json(request, response, 200, server());
      case Route.Index() -> repository.index(request, response);
      case RepositoryRoute change ->
          repository.change(change, admission.caller(), request, response);
      case Route.AllStats() -> stats(request, response, models.all());
      case Route.Metadata(var name, var version) ->
          replies.json(request, response, 200, models.find(name, version).metadata());
      case Route.ModelConfig(var name, var version) ->
          replies.json(request, response, 200, models.find(name, version).config());
      case Route.Stats(var name, var version) ->
          stats(request, response, List.of(models.find(name, version)));
      case Route.ModelReady(var name, var version) ->
          ready(request, response, models.find(name, version));
      case Route.Infer(var name, var version) ->
          infer(new Asked(InferForm.TENSORS, name, version), admission, request, response);
      case Route.Generate(var name, var version, var isStream) -> {
        var form = isStream ? InferForm.EVENTS : InferForm.FIELDS;
        infer(new Asked(form, name, version), admission, request, response);
      }
      case Operation operation -> {
        requireOwnHost(admission, request);
        operations.answer(operation, admission.caller(), request, response);
      }
      case Route.LogSettings() -> replies.json(request, response, 200, serving.logs().settings());
      case Route.ChangeLogSettings() -> changeLogs(admission.caller(), request, response);
      case TraceRoute.Show(var model, var version) -> {
        model.ifPresent(name -> models.find(name, version));
        replies.json(request, response, 200, serving.tracing().settings(model));
      }
      case TraceRoute.Change(var model, var version) -> {
        model
            .filter(name -> version.isPresent() || !serving.tracing().isSetFor(name))
            .ifPresent(name -> models.find(name, version));
        changeTraces(admission.caller(), model, request, response);
      }
      case RegionRoute asked -> {
        requireOwnHost(admission, request);
        regions.answer(asked, admission, request, response);
      }
      case Ofrep asked -> evaluations.answer(asked, admission, request, response);
      case DashboardFile file -> dashboard.answer(file, request, response);
    }
  }

  private static void requireOwnHost(Guard.Admission admission, ServerRequest request) {
    if (admission.caller().equals(Caller.anyone())) {
      OwnHost.require(request.headers().first(HeaderNames.HOST).orElse(""));
    }
  }

  private void changeLogs(Caller caller, ServerRequest request, ServerResponse response)
      throws IOException {
    PageOrigin.requireNone(request);
    var settings = serving.logs().change(caller, bodies.object(request));
    replies.json(request, response, 200, settings);
  }

  private void changeTraces(
      Caller caller, Optional<String> model, ServerRequest request, ServerResponse response)
      throws IOException {
    PageOrigin.requireNone(request);
    var settings = serving.tracing().change(caller, model, bodies.settings(request));
    replies.json(request, response, 200, settings);
  }

  private Map<String, Object> server() {
    var object = new LinkedHashMap<String, Object>();
    object.put("name", Serving.NAME);
    object.put("version", serving.version());
    object.put("extensions", serving.extensions());
    return object;
  }

  private void ready(ServerRequest request, ServerResponse response, Model model)
      throws IOException {
    var isReady = serving.isReady(model);
    var object = new LinkedHashMap<String, Object>();
    object.put("name", model.name());
    object.put("ready", isReady);
    replies.json(request, response, isReady ? 200 : 400, object);
  }

  private void stats(ServerRequest request, ServerResponse response, List<Model> which)
      throws IOException {
    replies.json(
        request, response, 200, Map.of("model_stats", which.stream().map(Model::counted).toList()));
  }

  private void infer(
      Asked asked, Guard.Admission admission, ServerRequest request, ServerResponse response)
      throws IOException {
    try (var span = SpanHeaders.begin(serving.tracing(), asked, request, response)) {
      inference.run(asked, admission, span, request, response);
    }
  }
}
