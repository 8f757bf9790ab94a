package dev.weft.app.fetch;

/** Says why an artifact could not be fetched. */
public final class FetchException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public FetchException(String message) {
    super(message);
  }

  public FetchException(String message, Throwable cause) {
    super(message, cause);
  }
}
