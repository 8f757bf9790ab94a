package dev.weft.bench;

import dev.weft.bench.load.Call;
import dev.weft.bench.load.Outcome;
import dev.weft.bench.load.Target;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Request;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline under load: each call becomes a request in its lane, with its tenant, and with what is
 * left of its deadline.
 *
 * @param maker leases and fills the tensors of one request
 */
record FabricTarget(Pipeline pipeline, Function<Call, Request> maker) implements Target {

  /** Attribute that tells fair sharing whose a frame is. */
  private static final String TENANT = "tenant";

  @Override
  public Runnable submit(Call call, Consumer<Outcome> ended) {
    var answer = pipeline.submit(request(call));
    answer.whenComplete((given, problem) -> ended.accept(outcome(given, problem)));
    return () -> answer.cancel(true);
  }

  private Request request(Call call) {
    var left = Math.max(1, call.deadlineNanos() - System.nanoTime());
    var request = maker.apply(call).inLane(call.terms().lane()).within(Duration.ofNanos(left));
    return call.terms().tenant().map(tenant -> request.with(TENANT, tenant)).orElse(request);
  }

  private static Outcome outcome(@Nullable Answer given, @Nullable Throwable problem) {
    if (given == null) {
      return Outcome.failed(Objects.toString(problem));
    }
    try (given) {
      return switch (given) {
        case Answer.Completed _ -> Outcome.COMPLETED;
        case Answer.Dropped dropped -> Outcome.dropped(dropped.reason().name());
        case Answer.Failed failed -> Outcome.failed(failed.code().name());
      };
    }
  }
}
