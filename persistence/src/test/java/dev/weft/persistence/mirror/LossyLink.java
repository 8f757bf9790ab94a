package dev.weft.persistence.mirror;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * A way to an owner that can be cut, loses questions and answers, and gives answers late and to
 * other questions. All goes over it as bytes.
 */
final class LossyLink implements OwnerLink {

  private static final int RARELY = 40;

  private final RandomGenerator random;
  private final List<byte[]> answers = new ArrayList<>();
  private final List<Waiting> waiting = new ArrayList<>();
  private Optional<Function<Pull, CompletionStage<Pulled>>> owner = Optional.empty();
  private boolean isCut;
  private boolean isLossy;
  private boolean isBroken;
  private Duration now = Duration.ZERO;
  private int asked;

  private record Waiting(CompletableFuture<Pulled> reply, Duration until) {}

  LossyLink(RandomGenerator random) {
    this.random = random;
  }

  void to(Optional<Function<Pull, CompletionStage<Pulled>>> there) {
    owner = there;
  }

  void cut(boolean wanted) {
    isCut = wanted;
  }

  void lossy(boolean wanted) {
    isLossy = wanted;
  }

  /** Fails as it must not. */
  void broken(boolean wanted) {
    isBroken = wanted;
  }

  /** Nobody waits any more. */
  void forget() {
    waiting.clear();
  }

  int asked() {
    return asked;
  }

  void pass(Duration time) {
    now = now.plus(time);
    for (var one : List.copyOf(waiting)) {
      if (one.reply().isDone()) {
        waiting.remove(one);
      } else if (one.until().compareTo(now) <= 0) {
        waiting.remove(one);
        one.reply().complete(new Pulled.Unanswered("timed out"));
      }
    }
  }

  @Override
  public CompletableFuture<Pulled> ask(Pull pull, Duration within) {
    asked++;
    if (isBroken) {
      throw new IllegalStateException("a bug");
    }
    var reply = new CompletableFuture<Pulled>();
    waiting.add(new Waiting(reply, now.plus(within)));
    if (isCut || owner.isEmpty() || isLossy && random.nextInt(RARELY) == 0) {
      return reply;
    }
    if (isLossy && !answers.isEmpty() && random.nextInt(RARELY) == 0) {
      reply.complete(PullCodec.pulled(answers.get(random.nextInt(answers.size()))));
    }
    var _ =
        owner
            .get()
            .apply(PullCodec.pull(PullCodec.encode(pull)))
            .thenAccept(
                said -> {
                  var bytes = PullCodec.encode(said);
                  answers.add(bytes);
                  if (!isCut && !(isLossy && random.nextInt(RARELY) == 0)) {
                    reply.complete(PullCodec.pulled(bytes));
                  }
                });
    return reply;
  }

  @Override
  public boolean isConnected() {
    return !isCut && owner.isPresent();
  }
}
