package dev.weft.cluster.fleet;

import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Asked;
import dev.weft.link.exchange.Handler;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Has operators start, see and take back rollouts of the fleet. Answers with a JSON object of
 * {@code rollouts}, as they stand, or of {@code refused}, a sentence. It is asked over the data
 * link, so by whom that lets in.
 */
public final class FleetDesk implements Handler {

  /** The kind of the requests. */
  public static final String KIND = "fleet";

  private final Function<String, CompletionStage<String>> controller;

  /**
   * @param controller of the region: takes a question and brings the answer
   */
  public FleetDesk(Function<String, CompletionStage<String>> controller) {
    this.controller = controller;
  }

  /** One at a node that is in no region. */
  public static FleetDesk refusing(Supplier<String> why) {
    return new FleetDesk(_ -> CompletableFuture.completedFuture(FleetAnswer.refused(why.get())));
  }

  /** What to ask to start what a manifest declares, in waves as {@link Wave#parse} reads them. */
  public static byte[] start(String manifest, String waves) {
    return bytes(FleetQuestion.start(manifest, waves));
  }

  /** What to ask to have all nodes take the latest rollout of a stage back. */
  public static byte[] rollBack(String stage, String why) {
    return bytes(FleetQuestion.rollBack(stage, why));
  }

  /** What to ask to be told how all stand. */
  public static byte[] status() {
    return bytes(FleetQuestion.status());
  }

  @Override
  public CompletionStage<Answer> handle(Asked asked) {
    return controller
        .apply(new String(asked.payload(), StandardCharsets.UTF_8))
        .thenApply(answer -> new Answer.Done(bytes(answer)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
