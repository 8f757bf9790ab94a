package dev.weft.supervisor.evidence;

/**
 * Which looks at the evidence become lines of figures. The first of each step does; then every one,
 * and after each {@value #PER_STRIDE} lines every second as many, so that two lines of a step are
 * never farther apart than a {@value #PER_STRIDE}th of the time the step has had, and one look. A
 * rollout has {@value #FIGURES_MAX} lines at most.
 */
final class FigureRule {

  static final int FIGURES_MAX = 2_000;
  static final int PER_STRIDE = 40;

  /** What becomes of a look. */
  enum Take {
    LINE,
    PASSED_OVER,
    /** It would be one line too many; said once. */
    FULL
  }

  private String step = "";
  private long taken;
  private long takenOfStep;
  private long sinceLast;
  private boolean isFull;

  /**
   * @param before lines of figures there were of the rollout already
   */
  FigureRule(long before, boolean isFull) {
    this.taken = before;
    this.isFull = isFull;
  }

  /** Lines of figures so far. */
  long taken() {
    return taken;
  }

  /**
   * @param at names the step and attempt
   */
  Take look(String at) {
    if (!at.equals(step)) {
      step = at;
      takenOfStep = 0;
      sinceLast = Long.MAX_VALUE - 1;
    }
    sinceLast++;
    if (sinceLast < 1L << Math.min(Long.SIZE - 2, takenOfStep / PER_STRIDE) || isFull) {
      return Take.PASSED_OVER;
    }
    if (taken == FIGURES_MAX) {
      isFull = true;
      return Take.FULL;
    }
    sinceLast = 0;
    takenOfStep++;
    taken++;
    return Take.LINE;
  }
}
