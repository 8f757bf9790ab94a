package dev.weft.supervisor.rollout;

import dev.weft.api.rollout.v1.Completed;
import dev.weft.api.rollout.v1.ControllerTook;
import dev.weft.api.rollout.v1.Explained;
import dev.weft.api.rollout.v1.Happened;
import dev.weft.api.rollout.v1.OfCandidate;
import dev.weft.api.rollout.v1.RolledBack;
import dev.weft.api.rollout.v1.RolloutSnapshot;
import dev.weft.api.rollout.v1.RolloutStarted;
import dev.weft.api.rollout.v1.StepEntered;
import dev.weft.api.rollout.v1.StepJudged;
import dev.weft.persistence.journal.Codebook;
import dev.weft.persistence.journal.CodebookCodec;
import java.time.Instant;

/** How the events and snapshots of rollouts are stored: {@code weft/rollout/v1/events.proto}. */
public final class RolloutCodec extends CodebookCodec {

  /** In every stored row; never changed. */
  static final int IDENTIFIER = 5_743_002;

  static final Codebook CODEBOOK =
      Codebook.builder()
          .form(
              RolloutEvent.Started.class,
              "rollout.started.v1",
              RolloutCodec::started,
              bytes -> started(RolloutStarted.parseFrom(bytes)))
          .form(
              RolloutEvent.ControllerTook.class,
              "rollout.controller-took.v1",
              RolloutCodec::took,
              bytes -> took(ControllerTook.parseFrom(bytes)))
          .form(
              RolloutEvent.Loading.class,
              "rollout.loading.v1",
              event -> happened(event.at()),
              bytes -> new RolloutEvent.Loading(at(Happened.parseFrom(bytes).getAtMillis())))
          .form(
              RolloutEvent.Loaded.class,
              "rollout.loaded.v1",
              event -> happened(event.at()),
              bytes -> new RolloutEvent.Loaded(at(Happened.parseFrom(bytes).getAtMillis())))
          .form(
              RolloutEvent.StepEntered.class,
              "rollout.step-entered.v1",
              RolloutCodec::entered,
              bytes -> entered(StepEntered.parseFrom(bytes)))
          .form(
              RolloutEvent.StepJudged.class,
              "rollout.step-judged.v1",
              RolloutCodec::judged,
              bytes -> judged(StepJudged.parseFrom(bytes)))
          .form(
              RolloutEvent.Paused.class,
              "rollout.paused.v1",
              event -> explained(event.why(), event.at()),
              bytes -> paused(Explained.parseFrom(bytes)))
          .form(
              RolloutEvent.Resumed.class,
              "rollout.resumed.v1",
              event -> happened(event.at()),
              bytes -> new RolloutEvent.Resumed(at(Happened.parseFrom(bytes).getAtMillis())))
          .form(
              RolloutEvent.Promoted.class,
              "rollout.promoted.v1",
              event -> explained(event.risk(), event.at()),
              bytes -> promoted(Explained.parseFrom(bytes)))
          .form(
              RolloutEvent.Completed.class,
              "rollout.completed.v1",
              RolloutCodec::completed,
              bytes -> completed(Completed.parseFrom(bytes)))
          .form(
              RolloutEvent.RolledBack.class,
              "rollout.rolled-back.v1",
              RolloutCodec::rolledBack,
              bytes -> rolledBack(RolledBack.parseFrom(bytes)))
          .form(
              RolloutEvent.CrashBlamed.class,
              "rollout.crash-blamed.v1",
              event -> ofCandidate(event.digest(), "", event.at()),
              bytes -> blamed(OfCandidate.parseFrom(bytes)))
          .form(
              RolloutEvent.Denied.class,
              "rollout.denied.v1",
              event -> ofCandidate(event.digest(), event.why(), event.at()),
              bytes -> denied(OfCandidate.parseFrom(bytes)))
          .form(
              RolloutEvent.DenialLifted.class,
              "rollout.denial-lifted.v1",
              event -> ofCandidate(event.digest(), event.why(), event.at()),
              bytes -> lifted(OfCandidate.parseFrom(bytes)))
          .form(
              RolloutState.class,
              "rollout.state.v1",
              StateCodec::write,
              bytes -> StateCodec.read(RolloutSnapshot.parseFrom(bytes)))
          .build();

  /** Called by Akka. */
  public RolloutCodec() {
    super(IDENTIFIER, CODEBOOK);
  }

  private static byte[] started(RolloutEvent.Started event) {
    return RolloutStarted.newBuilder()
        .setNumber(event.number())
        .setPlan(PlanCodec.plan(event.plan()))
        .setStable(event.stable())
        .setAtMillis(event.at().toEpochMilli())
        .build()
        .toByteArray();
  }

  private static RolloutEvent.Started started(RolloutStarted stored) {
    return new RolloutEvent.Started(
        stored.getNumber(),
        PlanCodec.plan(stored.getPlan()),
        stored.getStable(),
        at(stored.getAtMillis()));
  }

  private static byte[] took(RolloutEvent.ControllerTook event) {
    return ControllerTook.newBuilder()
        .setEpoch(event.epoch())
        .setAtMillis(event.at().toEpochMilli())
        .build()
        .toByteArray();
  }

  private static RolloutEvent.ControllerTook took(ControllerTook stored) {
    return new RolloutEvent.ControllerTook(stored.getEpoch(), at(stored.getAtMillis()));
  }

  private static byte[] entered(RolloutEvent.StepEntered event) {
    return StepEntered.newBuilder()
        .setStep(event.step())
        .setAttempt(event.attempt())
        .setAtMillis(event.at().toEpochMilli())
        .build()
        .toByteArray();
  }

  private static RolloutEvent.StepEntered entered(StepEntered stored) {
    return new RolloutEvent.StepEntered(
        stored.getStep(), stored.getAttempt(), at(stored.getAtMillis()));
  }

  private static byte[] judged(RolloutEvent.StepJudged event) {
    return StepJudged.newBuilder()
        .setStep(event.step())
        .setAttempt(event.attempt())
        .setJudgement(PlanCodec.judgement(event.judgement()))
        .setAtMillis(event.at().toEpochMilli())
        .build()
        .toByteArray();
  }

  private static RolloutEvent.StepJudged judged(StepJudged stored) {
    return new RolloutEvent.StepJudged(
        stored.getStep(),
        stored.getAttempt(),
        PlanCodec.judgement(stored.getJudgement()),
        at(stored.getAtMillis()));
  }

  private static RolloutEvent.Paused paused(Explained stored) {
    return new RolloutEvent.Paused(stored.getWhy(), at(stored.getAtMillis()));
  }

  private static RolloutEvent.Promoted promoted(Explained stored) {
    return new RolloutEvent.Promoted(stored.getWhy(), at(stored.getAtMillis()));
  }

  private static byte[] completed(RolloutEvent.Completed event) {
    return Completed.newBuilder()
        .setJudgement(PlanCodec.judgement(event.judgement()))
        .setAtMillis(event.at().toEpochMilli())
        .build()
        .toByteArray();
  }

  private static RolloutEvent.Completed completed(Completed stored) {
    return new RolloutEvent.Completed(
        PlanCodec.judgement(stored.getJudgement()), at(stored.getAtMillis()));
  }

  private static byte[] rolledBack(RolloutEvent.RolledBack event) {
    return RolledBack.newBuilder()
        .setCause(RolledBack.Cause.valueOf(event.cause().name()))
        .setWhy(event.why())
        .setAtMillis(event.at().toEpochMilli())
        .build()
        .toByteArray();
  }

  private static RolloutEvent.RolledBack rolledBack(RolledBack stored) {
    return new RolloutEvent.RolledBack(
        RolloutEvent.Cause.valueOf(stored.getCause().name()),
        stored.getWhy(),
        at(stored.getAtMillis()));
  }

  private static RolloutEvent.CrashBlamed blamed(OfCandidate stored) {
    return new RolloutEvent.CrashBlamed(stored.getDigest(), at(stored.getAtMillis()));
  }

  private static RolloutEvent.Denied denied(OfCandidate stored) {
    return new RolloutEvent.Denied(stored.getDigest(), stored.getWhy(), at(stored.getAtMillis()));
  }

  private static RolloutEvent.DenialLifted lifted(OfCandidate stored) {
    return new RolloutEvent.DenialLifted(
        stored.getDigest(), stored.getWhy(), at(stored.getAtMillis()));
  }

  private static byte[] happened(Instant at) {
    return Happened.newBuilder().setAtMillis(at.toEpochMilli()).build().toByteArray();
  }

  private static byte[] explained(String why, Instant at) {
    return Explained.newBuilder().setWhy(why).setAtMillis(at.toEpochMilli()).build().toByteArray();
  }

  private static byte[] ofCandidate(String digest, String why, Instant at) {
    return OfCandidate.newBuilder()
        .setDigest(digest)
        .setWhy(why)
        .setAtMillis(at.toEpochMilli())
        .build()
        .toByteArray();
  }

  private static Instant at(long millis) {
    return Instant.ofEpochMilli(millis);
  }
}
