package dev.weft.client;

import dev.weft.client.retry.RetryPolicy;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * How a client behaves.
 *
 * @param deadline until which answers are waited for whose terms have none
 * @param credential asked for at each attempt: an API key or a JSON Web Token
 * @param tls what is trusted and shown over https; the JDK's own if empty
 * @param replyBytesMax most bytes of an answer that are taken
 */
public record ClientSettings(
    Duration deadline,
    RetryPolicy retry,
    Optional<Supplier<String>> credential,
    Optional<SSLContext> tls,
    int replyBytesMax) {

  private static final Duration DEADLINE_MAX = Duration.ofDays(1);

  /** Ten seconds, {@link RetryPolicy#DEFAULT}, no credential, at most 64 MiB in an answer. */
  public static final ClientSettings DEFAULT =
      new ClientSettings(
          Duration.ofSeconds(10),
          RetryPolicy.DEFAULT,
          Optional.empty(),
          Optional.empty(),
          64 << 20);

  public ClientSettings {
    requireDeadline(deadline);
    if (replyBytesMax < 1) {
      throw new IllegalArgumentException(
          "bytes of an answer: %d (expected: above 0)".formatted(replyBytesMax));
    }
  }

  static void requireDeadline(Duration deadline) {
    if (!deadline.isPositive() || deadline.compareTo(DEADLINE_MAX) > 0) {
      throw new IllegalArgumentException(
          "deadline: %s (expected: above 0, at most %s)".formatted(deadline, DEADLINE_MAX));
    }
  }

  public ClientSettings within(Duration other) {
    return new ClientSettings(other, retry, credential, tls, replyBytesMax);
  }

  public ClientSettings retrying(RetryPolicy other) {
    return new ClientSettings(deadline, other, credential, tls, replyBytesMax);
  }

  /** The same key in each request. */
  public ClientSettings withKey(String key) {
    return withCredential(() -> key);
  }

  /** A credential that may be another one each time, such as a token that is renewed. */
  public ClientSettings withCredential(Supplier<String> other) {
    return new ClientSettings(deadline, retry, Optional.of(other), tls, replyBytesMax);
  }

  public ClientSettings takingAtMost(int otherReplyBytes) {
    return new ClientSettings(deadline, retry, credential, tls, otherReplyBytes);
  }

  public ClientSettings overTls(SSLContext other) {
    return new ClientSettings(deadline, retry, credential, Optional.of(other), replyBytesMax);
  }
}
