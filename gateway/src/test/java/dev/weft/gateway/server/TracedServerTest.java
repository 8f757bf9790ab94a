package dev.weft.gateway.server;

import static dev.weft.gateway.tracing.Collector.attributes;
import static dev.weft.gateway.tracing.Collector.hex;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.typesafe.config.ConfigFactory;
import dev.weft.gateway.grpc.GrpcSettings;
import dev.weft.gateway.grpc.generated.GRPCInferenceServiceGrpc;
import dev.weft.gateway.grpc.generated.ModelInferRequest;
import dev.weft.gateway.grpc.generated.TraceSettingRequest;
import dev.weft.gateway.http.GatewaySettings;
import dev.weft.gateway.http.HeldFactory;
import dev.weft.gateway.http.MetricsServer;
import dev.weft.gateway.http.Served;
import dev.weft.gateway.log.Logs;
import dev.weft.gateway.metrics.Figures;
import dev.weft.gateway.metrics.MetricsSettings;
import dev.weft.gateway.model.Serving;
import dev.weft.gateway.observatory.Desks;
import dev.weft.gateway.protection.Protection;
import dev.weft.gateway.region.Regions;
import dev.weft.gateway.tracing.Collector;
import dev.weft.gateway.tracing.Tracing;
import dev.weft.gateway.tracing.TracingSettings;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests over both protocols, as a collector sees them. */
class TracedServerTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "b7ad6b7169203331";
  private static final String SAMPLED = "00-%s-%s-01".formatted(TRACE, PARENT);

  private static final Metadata.Key<String> TRACEPARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

  private static final String MANIFEST =
      """
      apiVersion: weft/v1
      kind: Stage
      name: hand-on
      summary: Hands on what it gets.
      owner: tests@example.org
      uses: test/held
      ---
      apiVersion: weft/v1
      kind: Pipeline
      name: shown
      summary: Two steps that run and one that does not.
      owner: tests@example.org
      deadline: 60s
      inputs: [{name: x, datatype: FP32, shape: [n]}]
      gates: {extra: {default: off}}
      steps:
        - {name: first, stage: hand-on, inputs: {x: x}}
        - {name: second, stage: hand-on, inputs: {x: first.y}}
        - {name: gated, stage: hand-on, inputs: {x: x}, gate: extra}
      outputs: {y: second.y}
      """;

  private static final String BODY =
      """
      {"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[1]}],\
      "parameters":{"weft_tenant":"acme","priority":2}}\
      """;

  @TempDir private Path folder = Path.of("");
  private final HttpClient client = HttpClient.newHttpClient();
  private Collector collector;
  private Served served;
  private Tracing tracing;
  private ModelServer server;
  private MetricsServer metrics;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    collector = Collector.start();
    served = Served.start(folder, "");
    served.weft.load(Files.writeString(folder.resolve("shown.yaml"), MANIFEST));
    HeldFactory.PERMITS.release(100);
    var config =
        ConfigFactory.parseString("weft.gateway.tracing.collector = \"" + collector.url() + "\"")
            .withFallback(ConfigFactory.load());
    tracing = Tracing.of(TracingSettings.from(config), "1.2.3");
    var serving = new Serving(served.weft, "1.2.3", Regions.off(), Logs.none(), tracing);
    var http = GatewaySettings.from(config).at("127.0.0.1", 0, false);
    var grpc = GrpcSettings.from(config).at(OptionalInt.of(0));
    server = ModelServer.start(serving, http, grpc, Protection.none(), Desks.none());
    var page = MetricsSettings.from(config).at(OptionalInt.of(0));
    metrics = MetricsServer.start(serving, http, page, Protection.none(), Figures.NONE);
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.grpcPort().orElseThrow())
            .usePlaintext()
            .build();
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    metrics.close();
    server.close();
    tracing.close();
    served.close();
    collector.close();
    client.close();
  }

  private HttpResponse<String> infer(String model, String... headers) throws Exception {
    var uri = "http://127.0.0.1:%d/v2/models/%s/infer".formatted(server.httpPort(), model);
    var request = HttpRequest.newBuilder(URI.create(uri)).POST(BodyPublishers.ofString(BODY));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static ModelInferRequest message(String model) {
    return ModelInferRequest.newBuilder()
        .setModelName(model)
        .addInputs(
            ModelInferRequest.InferInputTensor.newBuilder()
                .setName("x")
                .setDatatype("FP32")
                .addShape(1))
        .addRawInputContents(ByteString.copyFrom(new byte[4]))
        .build();
  }

  /** A channel whose calls have a parent, and whose trailers are put into {@code trailers}. */
  private Channel traced(AtomicReference<Metadata> trailers) {
    var metadata = new Metadata();
    metadata.put(TRACEPARENT, SAMPLED);
    return ClientInterceptors.intercept(
        channel,
        MetadataUtils.newAttachHeadersInterceptor(metadata),
        MetadataUtils.newCaptureMetadataInterceptor(new AtomicReference<>(), trailers));
  }

  private static long end(Span span) {
    return span.getEndTimeUnixNano();
  }

  private static long start(Span span) {
    return span.getStartTimeUnixNano();
  }

  @Test
  void anInferenceOverHttpIsASpanOfItsCallersTraceWithOneForEachStepThatRan() throws Exception {
    var before = System.currentTimeMillis() * 1_000_000L;
    var answer = infer("shown", "traceparent", SAMPLED);
    assertEquals(200, answer.statusCode(), answer.body());
    var span = collector.await("infer shown");
    assertEquals(Span.SpanKind.SPAN_KIND_SERVER, span.getKind());
    assertEquals(TRACE, hex(span.getTraceId()));
    assertEquals(PARENT, hex(span.getParentSpanId()));
    assertEquals(
        "00-%s-%s-01".formatted(TRACE, hex(span.getSpanId())),
        answer.headers().firstValue("traceparent").orElse(""));
    var told = attributes(span);
    assertEquals("POST", told.get("http.request.method"));
    assertEquals("/v2/models/shown/infer", told.get("url.path"));
    assertEquals("/v2/models/{model}/infer", told.get("http.route"));
    assertEquals("200", told.get("http.response.status_code"));
    assertEquals("shown", told.get("weft.pipeline"));
    assertEquals(answer.headers().firstValue("weft-frame").orElse(""), told.get("weft.frame"));
    assertEquals("interactive", told.get("weft.lane"));
    assertEquals("acme", told.get("weft.tenant"));
    assertEquals("completed", told.get("weft.outcome"));
    assertFalse(told.containsKey("error.type"), told.toString());
    assertTrue(start(span) >= before && end(span) <= System.currentTimeMillis() * 1_000_000L + 1e6);
    var event = span.getEvents(0);
    assertEquals("step skipped", event.getName());
    var why = attributes(event.getAttributesList());
    assertEquals("gated", why.get("weft.step"));
    assertEquals("gate-off", why.get("weft.reason"));
    assertEquals("shown.extra", why.get("weft.flag"));
    assertEquals(1, span.getEventsCount());
  }

  @Test
  void stepsLieWithinTheirRequestInTheOrderInWhichTheyRan() throws Exception {
    infer("shown", "traceparent", SAMPLED);
    var request = collector.await("infer shown");
    var first = collector.await("step first");
    var second = collector.await("step second");
    for (var step : List.of(first, second)) {
      assertEquals(Span.SpanKind.SPAN_KIND_INTERNAL, step.getKind());
      assertEquals(request.getSpanId(), step.getParentSpanId());
      assertEquals(request.getTraceId(), step.getTraceId());
      var told = attributes(step);
      assertEquals("hand-on", told.get("weft.stage"));
      assertFalse(String.valueOf(told.get("weft.variant")).isEmpty());
      assertEquals("1", told.get("weft.batch_size"));
      var begun = step.getEvents(0);
      assertEquals("run started", begun.getName());
      var queued = begun.getTimeUnixNano() - start(step);
      assertEquals(queued / 1e9, Double.parseDouble(told.get("weft.queued_seconds")), 1e-6);
      var ran = end(step) - begun.getTimeUnixNano();
      assertEquals(ran / 1e9, Double.parseDouble(told.get("weft.ran_seconds")), 1e-6);
      assertTrue(start(request) <= start(step) && end(step) <= end(request), step::toString);
    }
    assertTrue(end(first) <= second.getEvents(0).getTimeUnixNano());
    assertEquals(3, collector.spans().size());
  }

  @Test
  void anInferenceOverGrpcIsTheSameWithItsOwnAttributesAndTrailers() throws Exception {
    var trailers = new AtomicReference<Metadata>();
    GRPCInferenceServiceGrpc.newBlockingStub(traced(trailers)).modelInfer(message("shown"));
    var span = collector.await("infer shown");
    assertEquals(PARENT, hex(span.getParentSpanId()));
    assertEquals(
        "00-%s-%s-01".formatted(TRACE, hex(span.getSpanId())), trailers.get().get(TRACEPARENT));
    var told = attributes(span);
    assertEquals("grpc", told.get("rpc.system"));
    assertEquals("inference.GRPCInferenceService", told.get("rpc.service"));
    assertEquals("ModelInfer", told.get("rpc.method"));
    assertEquals("0", told.get("rpc.grpc.status_code"));
    assertEquals("completed", told.get("weft.outcome"));
    assertEquals(span.getSpanId(), collector.await("step second").getParentSpanId());
  }

  @Test
  void eachRequestOfAStreamIsASpan() throws Exception {
    var trailers = new AtomicReference<Metadata>();
    var method = GRPCInferenceServiceGrpc.getModelStreamInferMethod();
    var call = ClientCalls.blockingBidiStreamingCall(traced(trailers), method, CallOptions.DEFAULT);
    for (var model : List.of("shown", "none")) {
      assertTrue(call.write(message(model)));
      call.read();
    }
    call.halfClose();
    var told = attributes(collector.await("infer shown"));
    assertEquals("ModelStreamInfer", told.get("rpc.method"));
    assertEquals("not-found", attributes(collector.await("infer")).get("error.type"));
  }

  @Test
  void whatIsRefusedIsToldByItsCode() throws Exception {
    var answer = infer("none", "traceparent", SAMPLED);
    assertEquals(404, answer.statusCode());
    var span = collector.await("infer");
    assertEquals(
        "00-%s-%s-01".formatted(TRACE, hex(span.getSpanId())),
        answer.headers().firstValue("traceparent").orElse(""));
    var told = attributes(span);
    assertEquals("refused", told.get("weft.outcome"));
    assertEquals("not-found", told.get("error.type"));
    assertEquals("404", told.get("http.response.status_code"));
    // The client's fault is none of the server's.
    assertEquals(Status.StatusCode.STATUS_CODE_UNSET, span.getStatus().getCode());
  }

  @Test
  void aDeadlineThatPassesIsAnErrorOfTheServer() throws Exception {
    HeldFactory.PERMITS.drainPermits();
    var trailers = new AtomicReference<Metadata>();
    var late =
        message("shown").toBuilder()
            .putParameters(
                "timeout",
                dev.weft.gateway.grpc.generated.InferParameter.newBuilder()
                    .setInt64Param(20_000)
                    .build())
            .build();
    var stub = GRPCInferenceServiceGrpc.newBlockingStub(traced(trailers));
    assertThrows(StatusRuntimeException.class, () -> stub.modelInfer(late));
    var span = collector.await("infer shown");
    assertEquals(
        "00-%s-%s-01".formatted(TRACE, hex(span.getSpanId())), trailers.get().get(TRACEPARENT));
    assertEquals("dropped", attributes(span).get("weft.outcome"));
    assertEquals("deadline-exceeded", attributes(span).get("error.type"));
    assertEquals("4", attributes(span).get("rpc.grpc.status_code"));
    assertEquals(Status.StatusCode.STATUS_CODE_ERROR, span.getStatus().getCode());
  }

  @Test
  void whoIsNotTracedIsToldNothing() throws Exception {
    for (var parent : List.of(SAMPLED.replaceAll("1$", "0"), "00-malformed", SAMPLED + "-more")) {
      var answer = infer("shown", "traceparent", parent);
      assertEquals(200, answer.statusCode(), answer.body());
      assertEquals(Optional.empty(), answer.headers().firstValue("traceparent"));
    }
    assertEquals(200, infer("shown").statusCode());
    assertTrue(tracing.flush());
    assertEquals(List.of(), collector.spans());
  }

  @Test
  void whichRequestsAreTracedIsSetByEitherProtocol() throws Exception {
    assertTrue(http("/v2", "").contains("\"trace\""));
    var all = http("/v2/trace/setting", "{\"trace_rate\":\"1\",\"trace_count\":\"7\"}");
    assertEquals(
        "{\"trace_level\":[\"TIMESTAMPS\"],\"trace_rate\":\"1\",\"trace_count\":\"7\","
            + "\"log_frequency\":\"0\",\"trace_file\":\"\",\"trace_mode\":\"opentelemetry\"}",
        all);
    var stub = GRPCInferenceServiceGrpc.newBlockingStub(channel);
    var off = TraceSettingRequest.SettingValue.newBuilder().addValue("OFF").build();
    var ofHeld =
        TraceSettingRequest.newBuilder().setModelName("held").putSettings("trace_level", off);
    var set = stub.traceSetting(ofHeld.build());
    assertEquals(List.of("OFF"), set.getSettingsOrThrow("trace_level").getValueList());
    assertEquals(List.of("7"), set.getSettingsOrThrow("trace_count").getValueList());

    infer("held", "traceparent", SAMPLED);
    stub.modelInfer(message("held"));
    assertTrue(infer("shown").headers().firstValue("traceparent").isPresent());
    stub.modelInfer(message("shown"));
    assertTrue(tracing.flush());
    var names = collector.spans().stream().map(Span::getName).toList();
    assertEquals(2, names.stream().filter("infer shown"::equals).count(), names.toString());
    assertEquals(4, names.stream().filter(name -> name.startsWith("step ")).count());
    assertEquals(6, names.size(), names.toString());
    assertTrue(http("/v2/models/held/trace/setting", "").contains("\"trace_count\":\"5\""));
    var cleared = http("/v2/models/held/trace/setting", "{\"trace_level\":null}");
    assertTrue(cleared.contains("[\"TIMESTAMPS\"]"), cleared);
  }

  @Test
  void whatIsSetForAModelThatIsGoneCanBeTakenBack() throws Exception {
    var path = "/v2/models/held/trace/setting";
    http(path, "{\"trace_level\":[\"OFF\"],\"trace_rate\":\"3\"}");
    served.weft.pipeline("held").unload();
    assertTrue(http(path, "{\"trace_rate\":null}").contains("\"trace_rate\":\"0\""));
    var asked = TraceSettingRequest.newBuilder().setModelName("held");
    asked.putSettings("trace_level", TraceSettingRequest.SettingValue.getDefaultInstance());
    var back = GRPCInferenceServiceGrpc.newBlockingStub(channel).traceSetting(asked.build());
    assertEquals("TIMESTAMPS", back.getSettingsOrThrow("trace_level").getValue(0));
    assertTrue(http(path, "{\"trace_rate\":null}").contains("not-found"));
  }

  /**
   * What is there.
   *
   * @param body of a change; empty for none
   */
  private String http(String path, String body) throws Exception {
    var uri = URI.create("http://127.0.0.1:%d%s".formatted(server.httpPort(), path));
    var request = HttpRequest.newBuilder(uri);
    var asked = body.isEmpty() ? request : request.POST(BodyPublishers.ofString(body));
    return client.send(asked.build(), BodyHandlers.ofString()).body();
  }

  @Test
  void whoDrainsLeavesNoSpanBehind() throws Exception {
    infer("shown", "traceparent", SAMPLED);
    assertTrue(server.drain(Duration.ofSeconds(60)));
    assertEquals(3, collector.spans().size());
    assertEquals(503, infer("shown", "traceparent", SAMPLED).statusCode());
    assertTrue(tracing.flush());
    assertEquals("unavailable", attributes(collector.await("infer")).get("error.type"));
  }

  @Test
  void spansAreCountedByWhetherTheyWereSent() throws Exception {
    infer("shown", "traceparent", SAMPLED);
    collector.await("infer shown");
    assertTrue(tracing.flush());
    var uri = "http://127.0.0.1:%d/metrics".formatted(metrics.port().orElseThrow());
    var page =
        client
            .send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.ofString())
            .body();
    assertTrue(page.contains("weft_spans_total{outcome=\"sent\"} 3.0"), page);
    assertTrue(page.contains("weft_spans_total{outcome=\"dropped\"} 0.0"), page);
  }
}
