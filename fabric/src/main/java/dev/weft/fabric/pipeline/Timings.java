package dev.weft.fabric.pipeline;

import java.time.Duration;
import java.util.List;

/**
 * Where one frame's time went.
 *
 * @param total from admission to the answer
 * @param steps the steps that ran, in the order they ended
 */
public record Timings(Duration total, List<StepTiming> steps) {

  public Timings {
    steps = List.copyOf(steps);
  }

  /**
   * One step of one frame.
   *
   * @param queued from ready to started
   * @param ran inside the stage, together with all that shared the run
   * @param batch what shared the run
   */
  public record StepTiming(
      String step, String stage, String variant, Duration queued, Duration ran, Batch batch) {}

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

  /** Of a frame that never went in. */
  public static Timings none() {
    return new Timings(Duration.ZERO, List.of());
  }
}
