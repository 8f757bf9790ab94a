package dev.weft.gateway.http;

import dev.weft.fabric.embedded.WeftException;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.gateway.access.AccessException;
import dev.weft.gateway.access.Guard;
import dev.weft.gateway.error.ErrorAnswer;
import dev.weft.gateway.error.ErrorTable;
import dev.weft.gateway.model.Exchange;
import dev.weft.gateway.model.Model;
import dev.weft.gateway.model.Serving;
import dev.weft.gateway.observatory.Observatory;
import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.FieldsEncoder;
import dev.weft.gateway.protocol.InferDecoder;
import dev.weft.gateway.protocol.InferEncoder;
import dev.weft.gateway.protocol.InferRequest;
import dev.weft.gateway.protocol.InferResponse;
import dev.weft.gateway.protocol.ProtocolException;
import dev.weft.gateway.protocol.SharedMemory;
import dev.weft.gateway.tracing.RequestSpan;
import dev.weft.stages.spi.ErrorCode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;

/**
 * One inference over HTTP: the body into tensors, a frame through the pipeline, the answer out. The
 * calling thread, a virtual one, waits meanwhile; if its client leaves, the frame still ends.
 */
final class Inference {

  private static final Pattern JSON_LENGTH = Pattern.compile("[0-9]{1,18}");
  private static final byte[] EVENT_BEGIN = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EVENT_END = "\n\n".getBytes(StandardCharsets.US_ASCII);

  /**
   * What a path asks for.
   *
   * @param form of the request and of its answer
   * @param version empty for the newest
   */
  record Asked(InferForm form, String model, Optional<String> version) {

    /** Its path, without the names in it. */
    String route() {
      return "/v2/models/{model}%s/%s"
          .formatted(version.isPresent() ? "/versions/{version}" : "", form.verb());
    }
  }

  private final Serving serving;
  private final GatewaySettings settings;
  private final InferDecoder decoder;
  private final ReadingBudget budget;
  private final Replies replies;
  private final Patience patience;

  Inference(Serving serving, GatewaySettings settings, Replies replies, Patience patience) {
    this.serving = serving;
    this.settings = settings;
    this.patience = patience;
    this.decoder = new InferDecoder(settings.limits(), serving.tensors());
    this.replies = replies;
    this.budget = new ReadingBudget(settings.readingBytesMax(), settings.readingWait());
  }

  /**
   * Answers, whatever comes of it.
   *
   * @param span of the request; ended while the request still counts as inside, so that who drains
   *     has it sent
   */
  void run(
      Asked asked,
      Guard.Admission admission,
      RequestSpan span,
      ServerRequest request,
      ServerResponse response)
      throws IOException {
    try (var _ = serving.enter()) {
      try {
        answer(asked, admission, span, request, response);
      } catch (AccessException | ProtocolException | WeftException e) {
        refuse(ErrorTable.of(e), span, request, response);
      } catch (RuntimeException e) {
        span.refused(ErrorTable.of(e)); // As the stack will answer it.
        throw e;
      } finally {
        span.close();
      }
    } catch (WeftException e) {
      refuse(ErrorTable.of(e), span, request, response); // The server drains.
    }
  }

  private void answer(
      Asked asked,
      Guard.Admission admission,
      RequestSpan span,
      ServerRequest request,
      ServerResponse response)
      throws IOException {
    var startedNanos = System.nanoTime();
    var form = asked.form();
    var model = serving.models().find(asked.model(), asked.version());
    if (form != InferForm.TENSORS) {
      FieldsEncoder.requireTold(model.outputs());
    }
    var memory =
        PageOrigin.isSent(request) ? SharedMemory.notForPages() : serving.memory(admission);
    try (var exchange = Exchange.begin(model, serving.tensors(), memory, startedNanos, span);
        var read = read(form, model, memory, request);
        var answer = await(exchange.submit(read, admission, Optional.empty()))) {
      var frame = Observatory.frame(model.name(), answer);
      frame.ifPresent(id -> response.header(Replies.FRAME, id));
      span.answered(answer, frame);
      switch (answer) {
        case Answer.Completed completed -> {
          reply(form, exchange.response(read, completed), request, response);
          exchange.succeeded(completed);
        }
        case Answer.Failed(var code, var message, _) ->
            refuse(ErrorTable.of(code, message), span, request, response);
        case Answer.Dropped dropped -> refuse(ErrorTable.of(dropped), span, request, response);
      }
    }
  }

  private void refuse(
      ErrorAnswer error, RequestSpan span, ServerRequest request, ServerResponse response) {
    span.refused(error);
    replies.error(request, response, error);
  }

  private void reply(
      InferForm form, InferResponse answer, ServerRequest request, ServerResponse response)
      throws IOException {
    switch (form) {
      case TENSORS -> replies.inference(request, response, InferEncoder.encode(answer));
      case FIELDS ->
          replies.text(request, response, "application/json", FieldsEncoder.encode(answer));
      case EVENTS -> {
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        replies.text(request, response, "text/event-stream", event(FieldsEncoder.encode(answer)));
      }
    }
  }

  /** One event; JSON on one line needs no more lines. */
  private static byte[] event(byte[] json) {
    var event = ByteBuffer.allocate(EVENT_BEGIN.length + json.length + EVENT_END.length);
    return event.put(EVENT_BEGIN).put(json).put(EVENT_END).array();
  }

  private InferRequest read(InferForm form, Model model, SharedMemory memory, ServerRequest request)
      throws IOException {
    var headers = request.headers();
    var encoding = Encoding.ofContent(headers.first(HeaderNames.CONTENT_ENCODING));
    var length = headers.contentLength();
    var jsonLength = form == InferForm.TENSORS ? jsonLength(request) : OptionalLong.empty();
    var wire = new WireInput(body(request), settings, patience);
    try (var _ = budget.take(heapBytes(encoding.isPresent(), length, jsonLength));
        var content = encoding.isPresent() ? encoding.get().inflated(wire) : wire) {
      var body =
          new InferDecoder.Body(
              content, encoding.isPresent() ? OptionalLong.empty() : length, jsonLength);
      return form == InferForm.TENSORS
          ? decoder.decode(body, model.inputs(), memory)
          : decoder.decodeFields(body, model.inputs());
    }
  }

  /** What is held of a body while it is read; of one of unknown length the worst is assumed. */
  private long heapBytes(boolean isEncoded, OptionalLong length, OptionalLong jsonLength) {
    var most = settings.limits().jsonBytesMax();
    if (jsonLength.orElse(0) > 0) {
      return Math.min(jsonLength.getAsLong(), most);
    }
    if (isEncoded || length.isEmpty()) {
      return most;
    }
    return jsonLength.isPresent() ? 0 : Math.min(length.getAsLong(), most);
  }

  private static InputStream body(ServerRequest request) {
    return request.content().hasEntity()
        ? request.content().inputStream()
        : InputStream.nullInputStream();
  }

  private static OptionalLong jsonLength(ServerRequest request) {
    var values = request.headers().values(Replies.JSON_LENGTH);
    if (values.isEmpty()) {
      return OptionalLong.empty();
    }
    var value = values.getFirst().strip();
    if (values.size() > 1 || !JSON_LENGTH.matcher(value).matches()) {
      throw new ProtocolException(
          Fault.INVALID,
          "Inference-Header-Content-Length: %s (expected: one number of bytes)"
              .formatted(values.size() > 1 ? "twice" : value));
    }
    return OptionalLong.of(Long.parseLong(value));
  }

  private static Answer await(CompletableFuture<Answer> coming) {
    try {
      return coming.get();
    } catch (InterruptedException e) {
      coming.cancel(true);
      Thread.currentThread().interrupt();
      throw new WeftException(ErrorCode.UNAVAILABLE, "interrupted while waiting for an answer");
    } catch (ExecutionException e) {
      throw new WeftException(ErrorCode.INTERNAL, String.valueOf(e.getCause()));
    }
  }
}
