package dev.weft.client;

import dev.weft.client.retry.RetryPolicy;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * How a client behaves.
 *
 * @param deadline of requests whose terms have none
 * @param credential asked for at each attempt: an API key or a JSON Web Token
 * @param tls what is trusted and shown over https; the JDK's own if empty
 * @param replyBytesMax most bytes of an answer that are taken
 */
public record ClientSettings(
    Duration deadline,
    RetryPolicy retry,
    Optional<Supplier<String>> credential,
    Optional<SSLContext> tls,
    long replyBytesMax) {

  /** Ten seconds, {@link RetryPolicy#DEFAULT}, no credential, at most 64 MiB in an answer. */
  public static final ClientSettings DEFAULT =
      new ClientSettings(
          Duration.ofSeconds(10),
          RetryPolicy.DEFAULT,
          Optional.empty(),
          Optional.empty(),
          64L << 20);

  public ClientSettings {
    if (!deadline.isPositive() || replyBytesMax < 1) {
      throw new IllegalArgumentException(
          "deadline: %s, bytes of an answer: %d (expected: above 0)"
              .formatted(deadline, replyBytesMax));
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

  public ClientSettings over(SSLContext other) {
    return new ClientSettings(deadline, retry, credential, Optional.of(other), replyBytesMax);
  }
}
