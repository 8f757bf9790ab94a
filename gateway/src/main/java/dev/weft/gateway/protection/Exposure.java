package dev.weft.gateway.protection;

import java.util.ArrayList;
import java.util.Optional;

/** Whether a gateway that is protected like this may be reached by other machines. */
public record Exposure(boolean isEncrypted, boolean isAuthenticated) {

  /** What others would need protection by and is not there, in words; empty if nothing is. */
  public Optional<String> missing() {
    var missing = new ArrayList<String>();
    if (!isEncrypted) {
      missing.add("TLS (--tls-cert and --tls-key)");
    }
    if (!isAuthenticated) {
      missing.add("accounts (--access)");
    }
    return missing.isEmpty() ? Optional.empty() : Optional.of(String.join(" and ", missing));
  }

  /**
   * Why this address must not be listened on; empty if it may.
   *
   * @param isAllowed whether it was said by name that nothing is needed
   */
  public Optional<String> refusal(String host, boolean isLoopback, boolean isAllowed) {
    return isLoopback || isAllowed
        ? Optional.empty()
        : missing()
            .map(
                what ->
                    "host: %s is reached by other machines, without %s".formatted(host, what)
                        + " (expected: both, or a loopback address; to do so all the same:"
                        + " --insecure-beyond-loopback)");
  }
}
