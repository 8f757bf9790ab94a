package dev.weft.client;

import dev.weft.client.binding.RecordType;
import dev.weft.client.retry.RetryPolicy;
import dev.weft.client.tensor.ModelSignature;
import dev.weft.client.tensor.Tensor;
import dev.weft.client.wire.MetadataMessage;
import dev.weft.client.wire.ReplyMessage;
import dev.weft.client.wire.RequestMessage;
import dev.weft.client.wire.WireException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;

/**
 * The models of one server, over the Open Inference Protocol.
 *
 * <pre>{@code
 * record Text(String[] text) {}
 * record Vector(float[] embedding) {}
 *
 * try (var client = WeftClient.connect("http://127.0.0.1:8000")) {
 *   var model = client.model("sentence", Text.class, Vector.class);
 *   var vector = model.infer(new Text(new String[] {"hello"})).embedding();
 * }
 * }</pre>
 *
 * <p>Calls wait for their answer, so each caller has a thread, of which virtual ones are cheap. All
 * threads may share one client. A refusal for want of room is waited out and the request sent
 * again, within its deadline ({@link RetryPolicy}).
 */
public final class WeftClient implements AutoCloseable {

  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
  private static final int PORT_MAX = 65_535;

  private final URI server;
  private final ClientSettings settings;
  private final HttpClient http;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Attempts attempts;

  private WeftClient(URI server, ClientSettings settings, HttpClient http) {
    this.server = server;
    this.settings = settings;
    this.http = http;
    this.attempts = attempts(settings.retry());
  }

  private Attempts attempts(RetryPolicy retry) {
    return new Attempts(http, retry, settings.replyBytesMax(), closed);
  }

  /** As {@link #connect(String, ClientSettings)} with {@link ClientSettings#DEFAULT}. */
  public static WeftClient connect(String url) {
    return connect(url, ClientSettings.DEFAULT);
  }

  /**
   * A client of the server at this address, which need not be there yet.
   *
   * @param url {@code http://HOST:PORT} or {@code https://HOST:PORT}, with a path if a proxy wants
   *     one
   * @throws IllegalArgumentException if it is none
   */
  public static WeftClient connect(String url, ClientSettings settings) {
    var uri = URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
    var scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    var isHttp = scheme.equals("http") || scheme.equals("https");
    if (!isHttp
        || uri.getHost() == null
        || uri.getPort() > PORT_MAX
        || uri.getUserInfo() != null
        || uri.getQuery() != null
        || uri.getFragment() != null) {
      throw new IllegalArgumentException(
          "url: %s (expected: as http://127.0.0.1:8000, with neither user nor query)"
              .formatted(uri.getUserInfo() == null ? "'" + url + "'" : "with a user"));
    }
    var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
    http.connectTimeout(CONNECT_WITHIN);
    settings.tls().ifPresent(http::sslContext);
    return new WeftClient(uri, settings, http.build());
  }

  /** Whether the server takes requests now; false if nothing answers. */
  public boolean isReady() {
    try {
      attempts(RetryPolicy.NONE)
          .send(left -> get("/v2/health/ready", left), settings.deadline(), false);
      return true;
    } catch (InferenceException e) {
      return false;
    }
  }

  /**
   * What a model takes and gives.
   *
   * @throws InferenceException with {@code not-found} if there is none of this name
   */
  public ModelSignature signature(String model) {
    var path = "/v2/models/" + encoded(model);
    var response = attempts.send(left -> get(path, left), settings.deadline(), true);
    try {
      return MetadataMessage.read(response.body());
    } catch (WireException e) {
      throw badAnswer(model, e);
    }
  }

  /**
   * A model by records: a component for each input, and one for each output that is wanted, by the
   * tensors' names ({@link dev.weft.client.binding.TensorName} where they are no Java names).
   *
   * @throws IllegalArgumentException with all that does not fit the model's signature
   * @throws InferenceException if the server does not tell it
   */
  public <I, O> Model<I, O> model(String model, Class<I> inputs, Class<O> outputs) {
    var inputType = RecordType.of(inputs);
    var outputType = RecordType.of(outputs);
    var signature = signature(model);
    var problems = new ArrayList<>(inputType.misfitsOfInputs(signature.inputs()));
    problems.addAll(outputType.misfitsOfOutputs(signature.outputs()));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "model '%s': %s".formatted(model, String.join("; ", problems)));
    }
    return new Model<>(this, model, signature, inputType, outputType);
  }

  /** As {@link #infer(String, Map, List, Terms)}, of all outputs, on {@link Terms#DEFAULT}. */
  public Map<String, Tensor> infer(String model, Map<String, Tensor> inputs) {
    return infer(model, inputs, List.of(), Terms.DEFAULT).value();
  }

  /**
   * Asks, and waits for the answer.
   *
   * @param outputs those wanted; none for all there are
   * @throws InferenceException if there is no answer
   */
  public Answer<Map<String, Tensor>> infer(
      String model, Map<String, Tensor> inputs, List<String> outputs, Terms terms) {
    var path = "/v2/models/%s/infer".formatted(encoded(model));
    var response =
        attempts.send(
            left ->
                inference(
                    path,
                    RequestMessage.of(inputs, outputs, terms.parameters(left)),
                    terms.traceparent(),
                    left),
            terms.deadline().orElse(settings.deadline()),
            terms.isRepeatable());
    try {
      var reply = ReplyMessage.read(response.body(), jsonLength(response));
      return new Answer<>(
          reply.outputs(),
          response.headers().firstValue("Weft-Frame"),
          reply.steps("weft_skipped"),
          reply.steps("weft_degraded"),
          reply.millis("weft_stale_ms"));
    } catch (WireException e) {
      throw badAnswer(model, e);
    }
  }

  private static OptionalInt jsonLength(HttpResponse<byte[]> response) {
    return response
        .headers()
        .firstValue(RequestMessage.LENGTH)
        .map(text -> OptionalInt.of(text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1))
        .orElse(OptionalInt.empty());
  }

  private HttpRequest get(String path, Duration left) {
    return request(path, left).GET().build();
  }

  private HttpRequest inference(
      String path, RequestMessage message, Optional<String> traceparent, Duration left) {
    var request =
        request(path, left)
            .header("Content-Type", "application/octet-stream")
            .header(RequestMessage.LENGTH, Integer.toString(message.json().length));
    traceparent.ifPresent(value -> request.header("traceparent", value));
    return request.POST(message.body()).build();
  }

  private HttpRequest.Builder request(String path, Duration left) {
    var request = HttpRequest.newBuilder(URI.create(server + path)).timeout(left);
    settings
        .credential()
        .ifPresent(
            credential -> request.header("Authorization", "Bearer " + printable(credential.get())));
    return request;
  }

  /** A key as a file has it, perhaps with an end of line; what is wrong is said without it. */
  private static String printable(String credential) {
    var key = credential.strip();
    if (!key.matches("[\\x21-\\x7e]+")) {
      throw new IllegalArgumentException(
          "credential: of %d characters, some of them not printable (expected: a key or a token)"
              .formatted(credential.length()));
    }
    return key;
  }

  private static String encoded(String model) {
    if (model.isEmpty() || model.equals(".") || model.equals("..")) {
      throw new IllegalArgumentException("model: '%s' (expected: a name)".formatted(model));
    }
    return URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static InferenceException badAnswer(String model, WireException problem) {
    return new InferenceException(
        InferenceException.BAD_ANSWER,
        "model '%s': %s".formatted(model, problem.getMessage()),
        problem);
  }

  /** Ends all calls that wait, with {@link InferenceException#CANCELLED}. */
  @Override
  public void close() {
    closed.countDown();
    http.shutdownNow();
    http.close();
  }
}
