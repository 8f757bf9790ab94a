package dev.weft.gateway.http;

import dev.weft.fabric.embedded.Flags;
import dev.weft.fabric.embedded.WeftException;
import dev.weft.fabric.flag.FlagChange;
import dev.weft.gateway.access.Caller;
import dev.weft.gateway.access.Role;
import dev.weft.gateway.flag.FlagObject;
import dev.weft.gateway.observatory.ClusterDesk;
import dev.weft.gateway.observatory.Desks;
import dev.weft.gateway.observatory.Event;
import dev.weft.gateway.observatory.FrameChoice;
import dev.weft.gateway.observatory.Observatory;
import dev.weft.gateway.observatory.RememberedFrame;
import dev.weft.gateway.observatory.ReplayDesk;
import dev.weft.gateway.observatory.RolloutDesk;
import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.ProtocolException;
import dev.weft.stages.spi.ErrorCode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Answers what operators ask. Frames are their tenants': who calls sees those of his own, and an
 * admin all; a foreign one is as if it were not there.
 */
final class Operations {

  private static final Map<String, Object> NO_REPLAY =
      Map.of(
          "offered",
          false,
          "why",
          "nothing is recorded here (expected: a server started with --trace-folder FOLDER)");

  private final Observatory observatory;
  private final Desks desks;
  private final Flags flags;
  private final EventStream stream;
  private final Replies replies;
  private final SmallBodies bodies;

  Operations(
      Observatory observatory,
      Desks desks,
      Flags flags,
      Replies replies,
      SmallBodies bodies,
      Patience patience) {
    this.observatory = observatory;
    this.desks = desks;
    this.flags = flags;
    this.replies = replies;
    this.bodies = bodies;
    this.stream = new EventStream(observatory.live(), patience);
  }

  void answer(Operation operation, Caller caller, ServerRequest request, ServerResponse response)
      throws IOException {
    switch (operation) {
      case Operation.LiveStream() -> stream.answer(response);
      case Operation.Self() -> json(request, response, CallerObject.of(caller));
      case Operation.Pipelines() -> json(request, response, observatory.pipelines());
      case Operation.RecentEvents() -> json(request, response, observatory.recentEvents());
      case Operation.RecentFrames() ->
          json(request, response, observatory.recentFrames(choice(caller, request)));
      case Operation.Explain(var frame) -> json(request, response, explained(caller, frame));
      case Operation.Replay(var frame) -> {
        var asked = ChangeRequest.of(request, bodies);
        json(request, response, replayed(caller, frame, asked.variants()));
      }
      case Operation.Cluster() -> json(request, response, cluster());
      case Operation.Rollouts() -> json(request, response, rollouts());
      case Operation.Rollout(var stage) -> json(request, response, rolloutDesk().one(stage));
      case Operation.ChangeRollout(var stage, var verb) -> {
        var asked = ChangeRequest.of(request, bodies);
        json(request, response, change(caller, stage, verb, asked.reason()));
      }
      case Operation.Flags() -> json(request, response, FlagObject.of(flags.all()));
      case Operation.Flag(var name) -> json(request, response, FlagObject.of(flags.find(name)));
      case Operation.SetFlag(var name) -> {
        var asked = ChangeRequest.of(request, bodies);
        json(request, response, FlagObject.of(set(caller, name, asked)));
      }
    }
  }

  private void json(ServerRequest request, ServerResponse response, Map<String, ?> object)
      throws IOException {
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    replies.json(request, response, 200, object);
  }

  private static FrameChoice choice(Caller caller, ServerRequest request) {
    var query = request.query();
    var parameters = new LinkedHashMap<String, String>();
    for (var name : query.names()) {
      var values = query.all(name);
      if (values.size() > 1) {
        throw new ProtocolException(
            Fault.INVALID, "%s: %d times (expected: once)".formatted(name, values.size()));
      }
      parameters.put(name, values.isEmpty() ? "" : values.getFirst());
    }
    try {
      return FrameChoice.of(caller::maySeeFramesOf, parameters);
    } catch (IllegalArgumentException e) {
      throw new ProtocolException(Fault.INVALID, String.valueOf(e.getMessage()));
    }
  }

  private Map<String, Object> explained(Caller caller, String frame) {
    var found =
        observatory.explain(frame, caller::maySeeFramesOf).orElseThrow(() -> notRemembered(frame));
    var object = new LinkedHashMap<>(found.object());
    object.put(
        "replay",
        desks.replays().map(desk -> offer(desk, caller, found.remembered())).orElse(NO_REPLAY));
    return object;
  }

  /** The command replays frames of all tenants and names a folder, so it is for admins. */
  private static Map<String, Object> offer(ReplayDesk desk, Caller caller, RememberedFrame frame) {
    var offer = new LinkedHashMap<>(desk.offer(frame));
    if (caller.roles().contains(Role.ADMIN)) {
      offer.put("command", desk.command(frame));
    }
    return offer;
  }

  private Map<String, Object> replayed(Caller caller, String frame, Map<String, String> variants) {
    var one =
        observatory
            .remembered(frame, caller::maySeeFramesOf)
            .orElseThrow(() -> notRemembered(frame));
    var desk = replayDesk();
    try {
      var done = desk.replay(one, variants);
      var verdict = String.valueOf(done.getOrDefault("verdict", "done"));
      note(one, "%s replayed frame %d %s: %s", caller, variants, verdict);
      return done;
    } catch (WeftException e) {
      // It may have run, and may still, when who asked is told that it was not done in time.
      var why = String.valueOf(e.getMessage());
      note(one, "%s asked to replay frame %d %s: %s", caller, variants, why);
      throw e;
    }
  }

  private void note(
      RememberedFrame one,
      String sentence,
      Caller caller,
      Map<String, String> variants,
      String outcome) {
    var how = variants.isEmpty() ? "as recorded" : "with " + variants;
    var said = sentence.formatted(who(caller), one.number(), how, outcome);
    observatory.event(Event.Kind.REPLAY, one.pipeline(), said);
  }

  private ReplayDesk replayDesk() {
    return desks
        .replays()
        .orElseThrow(
            () ->
                new WeftException(
                    ErrorCode.FAILED_PRECONDITION, String.valueOf(NO_REPLAY.get("why"))));
  }

  private static WeftException notRemembered(String frame) {
    return new WeftException(
        ErrorCode.NOT_FOUND,
        "frame: '%s' (expected: the id of a frame answered of late, such as echo:17)"
            .formatted(frame.length() > 80 ? frame.substring(0, 80) + "..." : frame));
  }

  private Map<String, Object> cluster() {
    var object = new LinkedHashMap<String, Object>();
    object.put("offered", desks.cluster().isPresent());
    desks.cluster().map(ClusterDesk::cluster).ifPresent(object::putAll);
    return object;
  }

  private Map<String, Object> rollouts() {
    var object = new LinkedHashMap<String, Object>();
    object.put("offered", desks.rollouts().isPresent());
    object.put("rollouts", desks.rollouts().map(RolloutDesk::all).orElse(List.of()));
    return object;
  }

  private RolloutDesk rolloutDesk() {
    return desks
        .rollouts()
        .orElseThrow(
            () ->
                new WeftException(
                    ErrorCode.FAILED_PRECONDITION,
                    "rollouts are off (expected: a server started with --rollouts FOLDER)"));
  }

  private Map<String, Object> change(
      Caller caller, String stage, RolloutDesk.Verb verb, String reason) {
    var word = verb.name().toLowerCase(Locale.ROOT);
    var done = rolloutDesk().act(stage, verb, reason);
    observatory.event(
        Event.Kind.ROLLOUT, stage, "%s asked to %s: %s".formatted(who(caller), word, reason));
    return done;
  }

  private FlagChange set(Caller caller, String name, ChangeRequest asked) {
    try {
      return flags.set(name, asked.rule(), who(caller), asked.reasonIfAny());
    } catch (IllegalArgumentException e) {
      throw new ProtocolException(Fault.INVALID, String.valueOf(e.getMessage()));
    }
  }

  private static String who(Caller caller) {
    return caller.equals(Caller.anyone()) ? "an operator" : "'%s'".formatted(caller.name());
  }
}
