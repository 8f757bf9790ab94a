package dev.weft.gateway.http;

import dev.weft.fabric.embedded.WeftException;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Quality;
import dev.weft.gateway.access.Guard;
import dev.weft.gateway.error.ErrorAnswer;
import dev.weft.gateway.error.ErrorTable;
import dev.weft.gateway.model.Model;
import dev.weft.gateway.model.Terms;
import dev.weft.gateway.observatory.Observatory;
import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.InferDecoder;
import dev.weft.gateway.protocol.InferEncoder;
import dev.weft.gateway.protocol.InferRequest;
import dev.weft.gateway.protocol.InferResponse;
import dev.weft.gateway.protocol.ProtocolException;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Datatype;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/**
 * One inference over HTTP: the body into tensors, a frame through the pipeline, the answer out. The
 * calling thread, a virtual one, waits meanwhile; if its client leaves, the frame still ends.
 */
final class Inference {

  private final GatewaySettings settings;
  private final InferDecoder decoder;
  private final ReadingBudget budget;
  private final Replies replies;
  private final Patience patience;

  Inference(GatewaySettings settings, InferDecoder decoder, Replies replies, Patience patience) {
    this.settings = settings;
    this.patience = patience;
    this.decoder = decoder;
    this.replies = replies;
    this.budget = new ReadingBudget(settings.readingBytesMax(), settings.readingWait());
  }

  void run(Model model, Guard.Admission admission, ServerRequest request, ServerResponse response)
      throws IOException {
    var startedNanos = System.nanoTime();
    var isAnswered = false;
    try (var read = read(model, request)) {
      requireAnswerable(model, read);
      var asked = Terms.of(read.parameters());
      var terms = asked.withTenant(admission.tenant(asked.tenant()));
      var readNanos = System.nanoTime() - startedNanos;
      try (var answer = answer(model, terms, read)) {
        isAnswered = reply(model, read, answer, request, response, startedNanos, readNanos);
      }
    } finally {
      if (!isAnswered) {
        model.statistics().failed(System.nanoTime() - startedNanos);
      }
    }
  }

  private boolean reply(
      Model model,
      InferRequest read,
      Answer answer,
      ServerRequest request,
      ServerResponse response,
      long startedNanos,
      long readNanos)
      throws IOException {
    Observatory.frame(model.name(), answer)
        .ifPresent(frame -> response.header(Replies.FRAME, frame));
    return switch (answer) {
      case Answer.Completed completed -> {
        var answeredNanos = System.nanoTime();
        replies.inference(request, response, InferEncoder.encode(response(model, read, completed)));
        var now = System.nanoTime();
        model
            .statistics()
            .succeeded(
                System.currentTimeMillis(),
                readNanos,
                completed.timings(),
                now - answeredNanos,
                now - startedNanos);
        yield true;
      }
      case Answer.Failed(var code, var message, _) ->
          refused(request, response, ErrorTable.of(code, message));
      case Answer.Dropped dropped -> refused(request, response, ErrorTable.of(dropped));
    };
  }

  private boolean refused(ServerRequest request, ServerResponse response, ErrorAnswer error) {
    replies.error(request, response, error);
    return false;
  }

  private InferRequest read(Model model, ServerRequest request) throws IOException {
    var headers = request.headers();
    var encoding = Encoding.ofContent(headers.first(HeaderNames.CONTENT_ENCODING));
    var length = headers.contentLength();
    var jsonLength = jsonLength(request);
    var wire = new WireInput(body(request), settings, patience);
    try (var _ = budget.take(heapBytes(encoding.isPresent(), length, jsonLength));
        var content = encoding.isPresent() ? encoding.get().inflated(wire) : wire) {
      return decoder.decode(
          new InferDecoder.Body(
              content, encoding.isPresent() ? OptionalLong.empty() : length, jsonLength),
          model.inputs());
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
    if (values.size() > 1 || !value.matches("[0-9]{1,18}")) {
      throw new ProtocolException(
          Fault.INVALID,
          "Inference-Header-Content-Length: %s (expected: one number of bytes)"
              .formatted(values.size() > 1 ? "twice" : value));
    }
    return OptionalLong.of(Long.parseLong(value));
  }

  /** Refuses, before anything is run, what could not be answered afterwards. */
  private static void requireAnswerable(Model model, InferRequest request) {
    var asked = new HashSet<String>();
    for (var output : request.outputs()) {
      if (model.output(output.name()).isEmpty()) {
        var names = model.outputs().stream().map(spec -> spec.name()).toList();
        throw new ProtocolException(
            Fault.INVALID,
            "output '%s' of model '%s': unknown (expected: of %s)"
                .formatted(output.name(), model.name(), names));
      }
      if (!asked.add(output.name())) {
        throw new ProtocolException(
            Fault.INVALID, "output '%s': twice (expected: once)".formatted(output.name()));
      }
    }
    for (var spec : model.outputs()) {
      var isHalf = spec.datatype() == Datatype.FP16 || spec.datatype() == Datatype.BF16;
      var isWanted = asked.isEmpty() || asked.contains(spec.name());
      if (isHalf && isWanted && !request.wantsBinary(spec.name())) {
        throw new ProtocolException(
            Fault.INVALID,
            "output '%s': %s in JSON (expected: it to be asked for in binary)"
                .formatted(spec.name(), spec.datatype()));
      }
    }
  }

  private static Answer answer(Model model, Terms terms, InferRequest request) {
    var coming = model.pipeline().submit(terms.request(request.handOver()));
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

  private static InferResponse response(
      Model model, InferRequest request, Answer.Completed completed) {
    var names =
        request.outputs().isEmpty()
            ? List.copyOf(completed.outputs().keySet())
            : request.outputs().stream().map(output -> output.name()).toList();
    var outputs = new ArrayList<InferResponse.Output>();
    for (var name : names) {
      var tensor = completed.outputs().get(name);
      if (tensor != null) {
        outputs.add(new InferResponse.Output(name, tensor, request.wantsBinary(name)));
      }
    }
    return new InferResponse(
        model.name(), Model.VERSION, request.id(), told(completed.quality()), outputs);
  }

  /** What an answer lacks, as parameters; none if it lacks nothing. */
  private static Map<String, String> told(Quality quality) {
    var told = new LinkedHashMap<String, String>();
    tell(told, "weft_skipped", quality.skipped().stream().map(each -> each.step()).toList());
    tell(told, "weft_degraded", quality.degraded().stream().map(each -> each.step()).toList());
    return told;
  }

  private static void tell(Map<String, String> told, String name, List<String> steps) {
    if (!steps.isEmpty()) {
      told.put(name, steps.stream().collect(Collectors.joining(",")));
    }
  }
}
