package dev.weft.gateway.grpc;

import dev.weft.fabric.pipeline.Answer;
import dev.weft.gateway.access.Guard;
import dev.weft.gateway.error.ErrorAnswer;
import dev.weft.gateway.error.ErrorTable;
import dev.weft.gateway.grpc.generated.ModelInferResponse;
import dev.weft.gateway.model.Exchange;
import dev.weft.gateway.model.Serving;
import dev.weft.gateway.model.Stay;
import dev.weft.gateway.observatory.Observatory;
import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.InferRequest;
import dev.weft.gateway.protocol.MessageDecoder;
import dev.weft.gateway.protocol.ProtocolException;
import dev.weft.gateway.tracing.RequestSpan;
import io.grpc.KnownLength;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One inference over gRPC, begun with its message and ended by one {@link #deliver}, whatever
 * becomes of it. One thread at a time, but for {@link #cancel}.
 */
final class Inference {

  private final Serving serving;
  private final RequestSpan span;
  private final CompletableFuture<Answer> coming;
  private @Nullable Stay stay;
  private String model = "";
  private Optional<String> id = Optional.empty();
  private @Nullable InferRequest request;
  private @Nullable Exchange exchange;

  /** Where an answer goes. */
  interface Taker {

    /** Whether somebody is still there to take anything. */
    boolean isThere();

    /** Whether there is room for an answer of so many bytes on its way out; asked once for each. */
    boolean hasRoom(int bytes);

    /**
     * Takes an answer; tells whether it went out.
     *
     * @param response valid until this returns
     */
    boolean answered(ModelInferResponse response);

    /** Takes why there is no answer. */
    void refused(Refused refused);
  }

  /**
   * A request without an answer.
   *
   * @param model as far as it is known whom the request was for
   * @param id of the request
   * @param frame by which it is explained, if it got as far as that
   */
  record Refused(ErrorAnswer error, String model, Optional<String> id, Optional<String> frame) {}

  private Inference(
      Serving serving,
      MessageDecoder decoder,
      InputStream message,
      Guard.Admission admission,
      Optional<Duration> patience,
      RequestSpan span) {
    this.serving = serving;
    this.span = span;
    this.coming = start(decoder, message, admission, patience);
  }

  /**
   * Reads a message into tensors and submits them; never blocks.
   *
   * @param admission of the caller
   * @param patience for how long the caller waits, if he says so
   * @param span of the request, ended by this
   */
  static Inference begin(
      Serving serving,
      MessageDecoder decoder,
      InputStream message,
      Guard.Admission admission,
      Optional<Duration> patience,
      RequestSpan span) {
    return new Inference(serving, decoder, message, admission, patience, span);
  }

  /** Whoever called gets an answer whatever was thrown, so all of it ends up in the future. */
  private CompletableFuture<Answer> start(
      MessageDecoder decoder,
      InputStream message,
      Guard.Admission admission,
      Optional<Duration> patience) {
    var startedNanos = System.nanoTime();
    try {
      stay = serving.enter();
      var memory = serving.memory(admission);
      var read = decoder.decode(message, length(message), memory);
      span.model(read.model());
      request = read.request();
      model = read.model();
      id = read.request().id();
      var found = serving.models().find(read.model(), read.version());
      var begun = Exchange.begin(found, serving.tensors(), memory, startedNanos, span);
      exchange = begun;
      return begun.submit(read.request(), admission, patience);
    } catch (StatusRuntimeException e) {
      // The stack inflates while it is read, and stops at the bound on a message.
      return CompletableFuture.failedFuture(
          new ProtocolException(
              Fault.TOO_LARGE,
              "message: %s (expected: <= that)".formatted(e.getStatus().getDescription())));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static OptionalLong length(InputStream message) {
    try {
      return message instanceof KnownLength
          ? OptionalLong.of(message.available())
          : OptionalLong.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the caller finds its trace; empty if it is not traced. */
  Optional<String> traceparent() {
    return span.traceparent();
  }

  /** Completes when there is something to {@link #deliver}. */
  CompletableFuture<Answer> coming() {
    return coming;
  }

  boolean isDone() {
    return coming.isDone();
  }

  /** Gives it up, if it is not done: its frame is cancelled. */
  void cancel() {
    coming.cancel(true);
  }

  /** Tells what came of it, and gives back what it held; once, when it is done. */
  void deliver(Taker taker) {
    try {
      switch (coming.state()) {
        case SUCCESS -> deliver(coming.resultNow(), taker);
        case FAILED -> refuse(ErrorTable.of(coming.exceptionNow()), Optional.empty(), taker);
        case CANCELLED ->
            refuse(ErrorTable.of(new CancellationException()), Optional.empty(), taker);
        case RUNNING -> throw new IllegalStateException("running (expected: done)");
      }
    } finally {
      end();
    }
  }

  private void deliver(Answer answer, Taker taker) {
    try (answer) {
      var frame = Observatory.frame(model, answer);
      span.answered(answer, frame);
      switch (answer) {
        case Answer.Completed completed -> deliver(completed, frame, taker);
        case Answer.Failed(var code, var message, _) ->
            refuse(ErrorTable.of(code, message), frame, taker);
        case Answer.Dropped dropped -> refuse(ErrorTable.of(dropped), frame, taker);
      }
    }
  }

  private void deliver(Answer.Completed completed, Optional<String> frame, Taker taker) {
    if (!taker.isThere()) {
      return; // Nothing is made for nobody, above all not in his shared memory.
    }
    var done = begun(exchange);
    ModelInferResponse reply;
    try {
      reply = InferReply.of(done.response(begun(request), completed), frame);
    } catch (ProtocolException e) {
      refuse(ErrorTable.of(e), frame, taker);
      return;
    }
    if (!taker.hasRoom(reply.getSerializedSize())) {
      refuse(InferReply.noMemory(reply), frame, taker);
    } else if (taker.answered(reply)) {
      done.succeeded(completed);
    }
  }

  private void refuse(ErrorAnswer error, Optional<String> frame, Taker taker) {
    span.refused(error);
    taker.refused(new Refused(error, model, id, frame));
  }

  private static <T> T begun(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("an answer without a request");
    }
    return part;
  }

  private void end() {
    if (request != null) {
      request.close();
    }
    if (exchange != null) {
      exchange.close();
    }
    span.close();
    if (stay != null) {
      stay.close();
    }
  }
}
