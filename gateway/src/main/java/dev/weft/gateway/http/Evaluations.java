package dev.weft.gateway.http;

import dev.weft.fabric.embedded.Flags;
import dev.weft.fabric.embedded.WeftException;
import dev.weft.fabric.flag.FlagStatus;
import dev.weft.gateway.access.Guard;
import dev.weft.gateway.flag.Evaluation;
import dev.weft.gateway.flag.EvaluationContext;
import dev.weft.gateway.flag.EvaluationException;
import dev.weft.gateway.flag.EvaluationException.Code;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Answers what flags are for a context, as OFREP says. */
final class Evaluations {

  private static final int BODY_BYTES_MAX = 64 << 10;

  private final Flags flags;
  private final SmallBodies bodies;
  private final Replies replies;

  Evaluations(Flags flags, SmallBodies bodies, Replies replies) {
    this.flags = flags;
    this.bodies = bodies;
    this.replies = replies;
  }

  void answer(
      Ofrep asked, Guard.Admission admission, ServerRequest request, ServerResponse response)
      throws IOException {
    var key =
        switch (asked) {
          case Ofrep.OneFlag(var name) -> Optional.of(name);
          case Ofrep.AllFlags() -> Optional.<String>empty();
        };
    var evaluation = evaluation(key, admission, bodies.text(request, BODY_BYTES_MAX));
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    if (key.isEmpty() && evaluation.status() == 200) {
      response.header(HeaderNames.ETAG, evaluation.tag());
      if (evaluation.isKnown(values(request))) {
        response.status(304).send();
        return;
      }
    }
    replies.json(request, response, evaluation.status(), evaluation.object());
  }

  private Evaluation evaluation(Optional<String> key, Guard.Admission admission, String body) {
    try {
      var context = EvaluationContext.of(body);
      var whose = context.withTenant(admission.tenant(context.tenant()));
      return key.map(name -> Evaluation.of(name, flags.find(name).flag(), whose))
          .orElseGet(
              () -> Evaluation.of(flags.all().stream().map(FlagStatus::flag).toList(), whose));
    } catch (EvaluationException e) {
      return Evaluation.failure(key, e.code(), String.valueOf(e.getMessage()));
    } catch (WeftException e) {
      return Evaluation.failure(key, Code.FLAG_NOT_FOUND, String.valueOf(e.getMessage()));
    }
  }

  private static List<String> values(ServerRequest request) {
    var headers = request.headers();
    return headers.contains(HeaderNames.IF_NONE_MATCH)
        ? headers.get(HeaderNames.IF_NONE_MATCH).allValues()
        : List.of();
  }
}
