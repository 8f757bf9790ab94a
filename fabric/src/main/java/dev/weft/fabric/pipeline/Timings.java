package dev.weft.fabric.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** Where one frame's time went. What it is made of is put into words when somebody asks. */
public final class Timings {

  private static final StepRun[] NO_RUNS = {};
  private static final long NO_FRAME = -1;
  private static final Timings NONE = new Timings(0, 0, NO_RUNS, 0, NO_FRAME);

  private final long admittedNanos;
  private final long totalNanos;
  private final StepRun[] runs;
  private final int count;
  private final long frame;

  /** One run as it is kept. */
  record StepRun(Plan.PlanStep step, Plan.PlanArm arm, RunTimes times) {}

  /**
   * @param admittedNanos on the clock of the runs
   * @param runs of which the first {@code count} are read and nothing is changed any more
   * @param frame its number
   */
  Timings(long admittedNanos, long totalNanos, StepRun[] runs, int count, long frame) {
    this.admittedNanos = admittedNanos;
    this.totalNanos = totalNanos;
    this.runs = runs;
    this.count = count;
    this.frame = frame;
  }

  /** Of a frame that never went in. */
  public static Timings none() {
    return NONE;
  }

  /** Of a frame that another node ran. */
  public static Timings elsewhere(long nanos) {
    return total(nanos, NO_FRAME);
  }

  /** Of a frame whose steps cannot be told. */
  static Timings total(long nanos, long frame) {
    return new Timings(0, nanos, NO_RUNS, 0, frame);
  }

  /** Number of the frame, which counts those that went into its pipeline from 0. */
  public OptionalLong frame() {
    return frame == NO_FRAME ? OptionalLong.empty() : OptionalLong.of(frame);
  }

  /** From admission to the answer. */
  public Duration total() {
    return Duration.ofNanos(totalNanos);
  }

  /** The times of the only step that ran. */
  RunTimes ofOnlyRun() {
    if (count != 1) {
      throw new IllegalStateException(count + " steps ran (expected: 1)");
    }
    return runs[0].times();
  }

  /** The steps that ran, in the order they ended. */
  public List<StepTiming> steps() {
    return IntStream.range(0, count).mapToObj(i -> timing(runs[i])).toList();
  }

  /** All its steps together: from ready to started. */
  public long queuedNanos() {
    var nanos = 0L;
    for (var i = 0; i < count; i++) {
      nanos += runs[i].times().queuedNanos();
    }
    return nanos;
  }

  /** All its steps together: inside the stages. */
  public long ranNanos() {
    var nanos = 0L;
    for (var i = 0; i < count; i++) {
      nanos += runs[i].times().ranNanos();
    }
    return nanos;
  }

  /** Whether it has the first row of the run that its first step had; so for one frame of each. */
  public boolean isFirstOfItsRun() {
    var shared = count == 0 ? null : runs[0].times().shared();
    return shared == null || shared.row() == 0;
  }

  /** Shows the steps that ran, in the order they ended, without putting them into words. */
  public void eachRun(RunReader reader) {
    for (var i = 0; i < count; i++) {
      var run = runs[i];
      reader.read(
          run.step().name(),
          run.arm().stage(),
          run.arm().variant(),
          run.times().queuedNanos(),
          run.times().ranNanos());
    }
  }

  /** Reads runs of steps; times in nanoseconds, with the meaning of {@link StepTiming}. */
  @FunctionalInterface
  public interface RunReader {
    void read(String step, String stage, String variant, long queuedNanos, long ranNanos);
  }

  private StepTiming timing(StepRun run) {
    var shared = run.times().shared();
    return new StepTiming(
        run.step().name(),
        run.arm().stage(),
        run.arm().variant(),
        Duration.ofNanos(run.times().startedNanos() - admittedNanos),
        Duration.ofNanos(run.times().queuedNanos()),
        Duration.ofNanos(run.times().ranNanos()),
        shared == null ? new Batch(List.of(frame), 0) : shared,
        Chosen.of(run.step(), run.arm()));
  }

  /** Why a step ran what it did. */
  public enum Chosen {
    /** There was nothing to choose. */
    DECLARED,
    /** The A/B split gave the frame this arm. */
    SPLIT,
    /** A cheaper variant, because of load. */
    CHEAPER,
    /** The candidate of a trial, whose share the frame fell into. */
    CANDIDATE;

    private static Chosen of(Plan.PlanStep step, Plan.PlanArm arm) {
      var at = position(step, arm);
      if (step.isCheaper(at)) {
        return CHEAPER;
      }
      if (step.trial().filter(trial -> trial.arm() == at).isPresent()) {
        return CANDIDATE;
      }
      return step.split().isPresent() ? SPLIT : DECLARED;
    }

    /** Several arms may run the same, for different reasons; so it is not asked which is equal. */
    @SuppressWarnings("ReferenceEquality")
    private static int position(Plan.PlanStep step, Plan.PlanArm arm) {
      return IntStream.range(0, step.arms().size())
          .filter(i -> step.arms().get(i) == arm)
          .findFirst()
          .orElse(0);
    }
  }

  /**
   * One step of one frame.
   *
   * @param started from the frame's admission to the start of the run
   * @param queued from ready to started
   * @param ran inside the stage, together with all that shared the run
   * @param batch what shared the run
   */
  public record StepTiming(
      String step,
      String stage,
      String variant,
      Duration started,
      Duration queued,
      Duration ran,
      Batch batch,
      Chosen chosen) {

    /** Time the run took, this frame's own part of a shared one. */
    public Duration cost() {
      return ran.dividedBy(batch.size());
    }
  }

  /**
   * Which frames shared one run of a stage.
   *
   * @param frames numbers of the frames, in the order of their rows in the run
   * @param row position of this frame among them
   */
  public record Batch(List<Long> frames, int row) {
    public Batch {
      frames = List.copyOf(frames);
    }

    public int size() {
      return frames.size();
    }
  }
}
