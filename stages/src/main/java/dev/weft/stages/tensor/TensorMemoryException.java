package dev.weft.stages.tensor;

/** Says that a tensor does not fit into the memory its allocator may lend. */
public final class TensorMemoryException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public TensorMemoryException(String message) {
    super(message);
  }
}
