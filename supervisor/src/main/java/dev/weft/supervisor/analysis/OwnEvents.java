package dev.weft.supervisor.analysis;

import dev.weft.fabric.pipeline.TrialEvent;
import dev.weft.supervisor.rollout.Analysis;
import dev.weft.supervisor.rollout.Judgement;
import dev.weft.supervisor.rollout.StoredRun;
import java.time.Instant;

/**
 * An analysis that is told of frames that came under its own step only. Runs in the shadow may end
 * long after the step, or the whole rollout, that their frames came under.
 *
 * @param trial name of the rollout's trials
 * @param candidate the variant on trial
 * @param answers share of the step
 */
record OwnEvents(String trial, String candidate, int answers, Analysis analysis)
    implements Analysis {

  @Override
  public void on(TrialEvent event) {
    var share = event.onTrial().share();
    if (event.onTrial().candidate().equals(candidate)
        && share.isPresent()
        && share.get().trial().equals(trial)
        && share.get().answers() == answers) {
      analysis.on(event);
    }
  }

  @Override
  public void on(StoredRun run) {
    analysis.on(run);
  }

  @Override
  public boolean wantsStored(Instant now) {
    return analysis.wantsStored(now);
  }

  @Override
  public Judgement judge(Instant now) {
    return analysis.judge(now);
  }
}
