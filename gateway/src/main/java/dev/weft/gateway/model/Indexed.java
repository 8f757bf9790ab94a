package dev.weft.gateway.model;

/**
 * A model's entry in the index of the repository.
 *
 * @param isReady whether it would take a request
 * @param reason why it would not, or why it is not as its files are now; empty for none
 */
public record Indexed(String name, boolean isReady, String reason) {

  /** In the protocol's words. */
  public String state() {
    return isReady ? "READY" : "UNAVAILABLE";
  }
}
