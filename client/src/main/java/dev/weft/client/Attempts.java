package dev.weft.client;

import dev.weft.client.retry.RetryPolicy;
import dev.weft.client.wire.ErrorMessage;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import javax.net.ssl.SSLException;

/**
 * Sends requests until each is answered, refused for good, or out of time.
 *
 * @param closed open as long as the client is; then nobody waits any more
 */
record Attempts(HttpClient http, RetryPolicy retry, int replyBytesMax, CountDownLatch closed) {

  private static final int OK = 200;
  private static final int TOO_MANY = 429;
  private static final int UNAVAILABLE = 503;

  /** A newer request took the place of this one: to send it again would turn that round. */
  private static final String SUPERSEDED = "superseded";

  /** What became of one attempt. */
  private sealed interface Outcome {}

  private record Answered(HttpResponse<byte[]> response) implements Outcome {}

  private record Failed(InferenceException problem, boolean isWorthAnother) implements Outcome {}

  /**
   * @param request for an attempt that has this long
   * @param isRepeatable whether it may reach the server twice
   * @throws InferenceException the last attempt's, if none was answered
   */
  HttpResponse<byte[]> send(
      Function<Duration, HttpRequest> request, Duration deadline, boolean isRepeatable) {
    var until = System.nanoTime() + deadline.toNanos();
    for (var failed = 1; ; failed++) {
      var left = Duration.ofNanos(Math.max(1, until - System.nanoTime()));
      switch (once(request.apply(left), left, isRepeatable)) {
        case Answered(var response) -> {
          return response;
        }
        case Failed(var problem, var isWorthAnother) ->
            pause(problem, isWorthAnother ? failed : Integer.MAX_VALUE, until);
      }
    }
  }

  /** The time of a request ends with its answer's headers in the JDK, so it is kept here. */
  private Outcome once(HttpRequest request, Duration left, boolean isRepeatable) {
    var coming = http.sendAsync(request, _ -> new BoundedBody(replyBytesMax));
    try {
      var response = coming.get(left.toNanos(), TimeUnit.NANOSECONDS);
      return response.statusCode() == OK ? new Answered(response) : refused(response);
    } catch (TimeoutException e) {
      coming.cancel(true);
      return late(request, e);
    } catch (InterruptedException e) {
      coming.cancel(true);
      Thread.currentThread().interrupt();
      return new Failed(problem(InferenceException.CANCELLED, request, "interrupted", e), false);
    } catch (ExecutionException e) {
      return failed(request, e.getCause() == null ? e : e.getCause(), isRepeatable);
    }
  }

  private Failed failed(HttpRequest request, Throwable cause, boolean isRepeatable) {
    if (closed.getCount() == 0) {
      return new Failed(
          problem(InferenceException.CANCELLED, request, "the client is closed", cause), false);
    }
    return switch (cause) {
      case BoundedBody.TooLarge tooLarge ->
          new Failed(
              problem(
                  InferenceException.BAD_ANSWER,
                  request,
                  String.valueOf(tooLarge.getMessage()),
                  tooLarge),
              false);
      case HttpConnectTimeoutException e -> unreachable(request, "nothing answers", e, true);
      case ConnectException e -> unreachable(request, "nothing answers", e, true);
      case HttpTimeoutException e -> late(request, e);
      case SSLException e -> unreachable(request, String.valueOf(e.getMessage()), e, false);
      case IOException e -> unreachable(request, String.valueOf(e.getMessage()), e, isRepeatable);
      default -> unreachable(request, cause.toString(), cause, false);
    };
  }

  private static Failed late(HttpRequest request, Exception cause) {
    return new Failed(
        problem(InferenceException.DEADLINE_EXCEEDED, request, "no answer in time", cause), false);
  }

  private static Failed unreachable(
      HttpRequest request, String what, Throwable cause, boolean isWorthAnother) {
    return new Failed(
        problem(InferenceException.UNREACHABLE, request, what, cause), isWorthAnother);
  }

  private static InferenceException problem(
      String code, HttpRequest request, String what, Throwable cause) {
    return new InferenceException(code, "%s: %s".formatted(request.uri(), what), cause);
  }

  private static Failed refused(HttpResponse<byte[]> response) {
    var status = response.statusCode();
    var said =
        ErrorMessage.read(status, response.body(), response.headers().firstValue("Retry-After"));
    var problem = new InferenceException(said.code(), status, said.text(), said.retryAfter());
    var isBusy = status == TOO_MANY || status == UNAVAILABLE;
    return new Failed(problem, isBusy && !said.code().equals(SUPERSEDED));
  }

  private void pause(InferenceException problem, int failed, long until) {
    var left = Duration.ofNanos(until - System.nanoTime());
    var random = ThreadLocalRandom.current().nextDouble();
    var wait = retry.wait(failed, left, problem.retryAfter(), random).orElseThrow(() -> problem);
    try {
      if (closed.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new InferenceException(
            InferenceException.CANCELLED, "the client was closed before another attempt", problem);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InferenceException(
          InferenceException.CANCELLED, "interrupted before another attempt", problem);
    }
  }
}
