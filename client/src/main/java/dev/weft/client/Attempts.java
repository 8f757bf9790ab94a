package dev.weft.client;

import dev.weft.client.retry.RetryPolicy;
import dev.weft.client.wire.ErrorMessage;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/** Sends a request until it is answered, refused for good, or out of time. */
record Attempts(HttpClient http, RetryPolicy retry, long replyBytesMax) {

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
      switch (once(request.apply(left), deadline, isRepeatable)) {
        case Answered(var response) -> {
          return response;
        }
        case Failed(var problem, var isWorthAnother) ->
            pause(problem, isWorthAnother ? failed : Integer.MAX_VALUE, until);
      }
    }
  }

  private Outcome once(HttpRequest request, Duration deadline, boolean isRepeatable) {
    try {
      var response =
          http.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), replyBytesMax));
      return response.statusCode() == OK ? new Answered(response) : refused(response);
    } catch (HttpConnectTimeoutException | ConnectException e) {
      var text = "%s: nothing answers (expected: a server)".formatted(request.uri());
      return new Failed(new InferenceException(InferenceException.UNREACHABLE, text, e), true);
    } catch (HttpTimeoutException e) {
      var text = "%s: no answer within %s".formatted(request.uri(), deadline);
      return new Failed(
          new InferenceException(InferenceException.DEADLINE_EXCEEDED, text, e), false);
    } catch (IOException e) {
      var text = "%s: %s".formatted(request.uri(), e.getMessage());
      return new Failed(
          new InferenceException(InferenceException.UNREACHABLE, text, e), isRepeatable);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      var text = "%s: interrupted".formatted(request.uri());
      return new Failed(new InferenceException(InferenceException.CANCELLED, text, e), false);
    }
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
    var wait = retry.wait(failed, left, problem.retryAfter(), random);
    try {
      Thread.sleep(wait.orElseThrow(() -> problem));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InferenceException(
          InferenceException.CANCELLED, "interrupted before another attempt", problem);
    }
  }
}
