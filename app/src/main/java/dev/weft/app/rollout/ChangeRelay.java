package dev.weft.app.rollout;

import dev.weft.supervisor.rollout.Judgement;
import dev.weft.supervisor.rollout.RolloutEvent;
import dev.weft.supervisor.rollout.RolloutListener;
import dev.weft.supervisor.rollout.RolloutState;
import java.time.Instant;
import java.util.List;

/** Tells what happens to rollouts to those who keep it, and in a sentence to one who looks on. */
final class ChangeRelay implements RolloutListener {

  private final RolloutListener keeper;
  private volatile OnChange onChange = (_, _, _) -> {};

  /** Is told how the rollouts of a stage stand after something happened; must not wait. */
  @FunctionalInterface
  interface OnChange {
    void changed(String stage, String sentence, Instant at);
  }

  ChangeRelay(RolloutListener keeper) {
    this.keeper = keeper;
  }

  /** Tells {@code next} from now on, in place of who looked on before. */
  void tell(OnChange next) {
    onChange = next;
  }

  @Override
  public void happened(List<RolloutEvent> events, RolloutState after) {
    keeper.happened(events, after);
    var course = after.course();
    if (course.isPresent() && events.stream().anyMatch(ChangeRelay::isForPeople)) {
      onChange.changed(
          course.get().plan().stage(), StateObject.sentence(after), events.getLast().at());
    }
  }

  private static boolean isForPeople(RolloutEvent event) {
    return switch (event) {
      case RolloutEvent.ControllerTook _, RolloutEvent.Loading _, RolloutEvent.Loaded _ -> false;
      case RolloutEvent.Started _,
          RolloutEvent.CrashBlamed _,
          RolloutEvent.StepEntered _,
          RolloutEvent.StepJudged _,
          RolloutEvent.Paused _,
          RolloutEvent.Resumed _,
          RolloutEvent.Promoted _,
          RolloutEvent.Completed _,
          RolloutEvent.RolledBack _,
          RolloutEvent.Denied _,
          RolloutEvent.DenialLifted _ ->
          true;
    };
  }

  @Override
  public void stands(RolloutState state, Judgement judgement, Instant at) {
    keeper.stands(state, judgement, at);
  }
}
