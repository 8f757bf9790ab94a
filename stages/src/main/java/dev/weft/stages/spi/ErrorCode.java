package dev.weft.stages.spi;

/** Every failure a caller can see, with a stable number and who has to act. */
public enum ErrorCode {
  /** A tensor, parameter or name in the request does not fit what is declared. */
  INVALID_INPUT(1, Category.USER),
  /** The pipeline, stage, gate, variant or file asked for does not exist. */
  NOT_FOUND(2, Category.USER),
  /** A manifest or its wiring is wrong. */
  INVALID_MANIFEST(3, Category.USER),
  /** The caller gave up before the work was done. */
  CANCELLED(4, Category.USER),
  /** What is asked for is not possible in the present state. */
  FAILED_PRECONDITION(5, Category.USER),

  /** A model artifact is missing, truncated, of another digest, or not loadable. */
  BAD_ARTIFACT(100, Category.MODEL),
  /** A stage ran and failed. */
  STAGE_FAILED(101, Category.MODEL),
  /** A stage answered with something its signature does not allow. */
  STAGE_BROKE_CONTRACT(102, Category.MODEL),
  /** A stage's own process ended during the run: by a signal, an exit, or its heap used up. */
  STAGE_CRASHED(103, Category.MODEL),

  /** A tensor or model would not fit the memory it may use. */
  OUT_OF_MEMORY(200, Category.RESOURCES),
  /** A queue or the pipeline's in-flight limit is full. */
  OVERLOADED(201, Category.RESOURCES),
  /** The deadline passed. */
  DEADLINE_EXCEEDED(202, Category.RESOURCES),
  /** Shutting down, or the target is being unloaded. */
  UNAVAILABLE(203, Category.RESOURCES),
  /** A file, lock or port could not be used. */
  IO_FAILED(204, Category.RESOURCES),

  /** A fault of Weft itself. */
  INTERNAL(900, Category.INTERNAL);

  /** Who has to act on a failure. */
  public enum Category {
    USER,
    MODEL,
    RESOURCES,
    INTERNAL
  }

  private final int number;
  private final Category category;

  ErrorCode(int number, Category category) {
    this.number = number;
    this.category = category;
  }

  /** Stable across releases; never reused. */
  public int number() {
    return number;
  }

  public Category category() {
    return category;
  }
}
