package dev.weft.supervisor.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.persistence.testkit.StoredForms;
import dev.weft.supervisor.gate.Verdict;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RolloutCodecTest {

  private static final Instant AT = Instant.ofEpochMilli(1_767_268_800_123L);
  private static final String DIGEST = "0123456789abcdef".repeat(4);

  /** What each stored file holds; a form that was ever written stays here for good. */
  private static final Map<String, Object> STORED = stored();

  private final RolloutCodec codec = new RolloutCodec();

  private static Map<String, Object> stored() {
    var stored = new TreeMap<String, Object>();
    stored.put("rollout.started.v1", new RolloutEvent.Started(3, Plans.plan(), "fp32", AT));
    stored.put("rollout.controller-took.v1", new RolloutEvent.ControllerTook(9, AT));
    stored.put("rollout.loading.v1", new RolloutEvent.Loading(AT));
    stored.put("rollout.loaded.v1", new RolloutEvent.Loaded(AT));
    stored.put("rollout.step-entered.v1", new RolloutEvent.StepEntered(2, 1, AT));
    stored.put(
        "rollout.step-judged.v1",
        new RolloutEvent.StepJudged(2, 1, Plans.judgement(Verdict.PASS), AT));
    stored.put("rollout.paused.v1", new RolloutEvent.Paused("lunch", AT));
    stored.put("rollout.resumed.v1", new RolloutEvent.Resumed(AT));
    stored.put("rollout.promoted.v1", new RolloutEvent.Promoted("the fleet is down", AT));
    stored.put(
        "rollout.completed.v1",
        new RolloutEvent.Completed(Plans.judgement(Verdict.INSUFFICIENT), AT));
    stored.put(
        "rollout.rolled-back.v1",
        new RolloutEvent.RolledBack(RolloutEvent.Cause.DRIFTED, "psi of y 0.4", AT));
    stored.put("rollout.crash-blamed.v1", new RolloutEvent.CrashBlamed(DIGEST, AT));
    stored.put("rollout.denied.v1", new RolloutEvent.Denied(DIGEST, "2 crashes", AT));
    stored.put("rollout.denial-lifted.v1", new RolloutEvent.DenialLifted(DIGEST, "mended", AT));
    stored.put(
        "rollout.state.v1",
        new RolloutState(
            RolloutState.Phase.PAUSED,
            Optional.of(
                new Course(
                    3,
                    Plans.plan(),
                    "fp32",
                    Course.Load.DONE,
                    2,
                    1,
                    AT,
                    AT.plusSeconds(9),
                    "lunch",
                    "",
                    0)),
            9,
            Optional.of("fp16"),
            Map.of(DIGEST, 1),
            Map.of(DIGEST, "2 crashes"),
            List.of(
                new Past(
                    2,
                    "fp32",
                    "fp16",
                    DIGEST,
                    Past.Outcome.FORCED,
                    "25 %",
                    "in need",
                    AT,
                    AT.plusSeconds(60)))));
    return stored;
  }

  @Test
  void readsWhatEveryVersionEverStoredAndWritesTheSameBytes() throws IOException {
    new StoredForms(RolloutCodecTest.class).hold(codec, RolloutCodec.CODEBOOK.manifests(), STORED);
  }

  @Test
  void keepsWhatWasReplayedAndNoted() {
    var judged =
        new RolloutEvent.StepJudged(
            0,
            1,
            new Judgement(
                Verdict.PASS,
                List.of(),
                new Judgement.Frames(1, 2, 3, 4, 5),
                List.of("visit-7/2/41 (replayed)"),
                "passed",
                List.of("5 frames are from a trace")),
            AT);

    assertEquals(judged, codec.fromBinary(codec.toBinary(judged), codec.manifest(judged)));
  }

  @Test
  void keepsEveryWayARolloutCanEnd() {
    for (var outcome : Past.Outcome.values()) {
      var past = new Past(2, "fp32", "fp16", DIGEST, outcome, "25 %", "because", AT, AT);
      var state = after(past);

      assertEquals(state, codec.fromBinary(codec.toBinary(state), codec.manifest(state)));
    }
  }

  private static RolloutState after(Past past) {
    var phase = RolloutState.Phase.HEALTHY;
    return new RolloutState(
        phase, Optional.empty(), 9, Optional.empty(), Map.of(), Map.of(), List.of(past));
  }
}
