package dev.weft.bench;

/** A bench cannot run as asked; the message says why and what to do. */
public final class BenchException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public BenchException(String message) {
    super(message);
  }
}
