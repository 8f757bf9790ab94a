package dev.weft.supervisor.rollout;

import dev.weft.api.rollout.v1.RolloutSnapshot;
import dev.weft.supervisor.rollout.RolloutState.Phase;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** How a {@link RolloutState} is stored as a snapshot. */
final class StateCodec {

  private StateCodec() {}

  static byte[] write(RolloutState state) {
    var stored =
        RolloutSnapshot.newBuilder()
            .setPhase(RolloutSnapshot.Phase.valueOf(state.phase().name()))
            .setEpoch(state.epoch())
            .setCurrent(state.current().orElse(""))
            .putAllCrashes(state.crashes())
            .putAllDenied(state.denied());
    state.course().ifPresent(course -> stored.setCourse(course(course)));
    state.past().forEach(each -> stored.addPast(past(each)));
    return stored.build().toByteArray();
  }

  static RolloutState read(RolloutSnapshot stored) {
    return new RolloutState(
        Phase.valueOf(stored.getPhase().name()),
        stored.hasCourse() ? Optional.of(course(stored.getCourse())) : Optional.empty(),
        stored.getEpoch(),
        stored.getCurrent().isEmpty() ? Optional.empty() : Optional.of(stored.getCurrent()),
        stored.getCrashesMap().entrySet().stream()
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue)),
        stored.getDeniedMap(),
        stored.getPastList().stream().map(StateCodec::past).toList());
  }

  private static dev.weft.api.rollout.v1.Course course(Course course) {
    return dev.weft.api.rollout.v1.Course.newBuilder()
        .setNumber(course.number())
        .setPlan(PlanCodec.plan(course.plan()))
        .setStable(course.stable())
        .setLoad(dev.weft.api.rollout.v1.Course.Load.valueOf(course.load().name()))
        .setStep(course.step())
        .setAttempt(course.attempt())
        .setStartedMillis(course.startedAt().toEpochMilli())
        .setSinceMillis(course.since().toEpochMilli())
        .setPausedBecause(course.pausedBecause())
        .setRisk(course.risk())
        .setLoads(course.loads())
        .build();
  }

  private static Course course(dev.weft.api.rollout.v1.Course stored) {
    return new Course(
        stored.getNumber(),
        PlanCodec.plan(stored.getPlan()),
        stored.getStable(),
        Course.Load.valueOf(stored.getLoad().name()),
        stored.getStep(),
        stored.getAttempt(),
        Instant.ofEpochMilli(stored.getStartedMillis()),
        Instant.ofEpochMilli(stored.getSinceMillis()),
        stored.getPausedBecause(),
        stored.getRisk(),
        stored.getLoads());
  }

  private static dev.weft.api.rollout.v1.Past past(Past past) {
    return dev.weft.api.rollout.v1.Past.newBuilder()
        .setNumber(past.number())
        .setStable(past.stable())
        .setCandidate(past.candidate())
        .setDigest(past.digest())
        .setOutcome(dev.weft.api.rollout.v1.Past.Outcome.valueOf(past.outcome().name()))
        .setStep(past.step())
        .setWhy(past.why())
        .setStartedMillis(past.startedAt().toEpochMilli())
        .setEndedMillis(past.endedAt().toEpochMilli())
        .build();
  }

  private static Past past(dev.weft.api.rollout.v1.Past stored) {
    return new Past(
        stored.getNumber(),
        stored.getStable(),
        stored.getCandidate(),
        stored.getDigest(),
        Past.Outcome.valueOf(stored.getOutcome().name()),
        stored.getStep(),
        stored.getWhy(),
        Instant.ofEpochMilli(stored.getStartedMillis()),
        Instant.ofEpochMilli(stored.getEndedMillis()));
  }
}
