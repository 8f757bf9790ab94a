package dev.weft.cluster.fleet;

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
      if (deed.isEmpty() || !trouble.isEmpty()) {
        break;
      }
      trouble = done(deed.get(), instruction);
    }
    return FollowRule.report(following, local.now(), trouble, Fleets.PROCESS);
  }

  private String done(FollowRule.Deed deed, Instruction instruction) {
    var stage = instruction.stage();
    var doing =
        switch (deed) {
          case FollowRule.Deed.Start _ -> local.start(stage, instruction.manifest());
          case FollowRule.Deed.TakeBack(var why) -> local.takeBack(stage, why);
        };
    return doing
        .handle((_, problem) -> problem == null ? "" : String.valueOf(problem.getMessage()))
        .toCompletableFuture()
        .join();
  }
}
