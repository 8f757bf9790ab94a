package dev.weft.cluster.fleet;

import java.util.Objects;
import java.util.concurrent.CompletionException;

/** A node that follows, in the order in which its actor does; for tests of what is decided. */
final class Follower {

  private static final int DEEDS_MAX = 4;

  private final FakeRollouts local;
  private FollowerState state = FollowerState.none();

  Follower(FakeRollouts local) {
    this.local = local;
  }

  FollowerState state() {
    return state;
  }

  FakeRollouts local() {
    return local;
  }

  NodeReport tell(Instruction instruction) {
    state.take(instruction, local.now().number()).ifPresent(event -> state = state.on(event));
    var following = state.find(instruction.stage()).orElseThrow();
    var trouble = "";
    for (var deeds = 0; following.isOf(instruction) && deeds < DEEDS_MAX; deeds++) {
      var deed = FollowRule.deed(following, local.now());
      if (!(deed.orElse(null) instanceof FollowRule.Deed.Start)) {
        local.stopBringing(instruction.stage());
      }
      if (deed.isEmpty() || !trouble.isEmpty()) {
        break;
      }
      try {
        if (done(deed.get(), instruction)
            instanceof LocalRollouts.Beginning.Bringing(var progress)) {
          return FollowRule.bringing(following, progress, Fleets.PROCESS);
        }
      } catch (CompletionException e) {
        trouble = String.valueOf(Objects.requireNonNull(e.getCause()).getMessage());
      }
    }
    return FollowRule.report(following, local.now(), trouble, Fleets.PROCESS);
  }

  private LocalRollouts.Beginning done(FollowRule.Deed deed, Instruction instruction) {
    return switch (deed) {
      case FollowRule.Deed.Start _ -> local.start(instruction).toCompletableFuture().join();
      case FollowRule.Deed.TakeBack(var why) -> {
        local.takeBack(instruction.stage(), why).toCompletableFuture().join();
        yield new LocalRollouts.Beginning.Begun();
      }
    };
  }
}
