package dev.weft.gateway.tracing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TracingTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "b7ad6b7169203331";
  private static final String SAMPLED = "00-%s-%s-01".formatted(TRACE, PARENT);

  private static final Call CALL = new Call.Rpc("service", "method");

  private static Tracing tracing(URI endpoint, String sampler, int spansMax, Duration flush) {
    var settings =
        new TracingSettings(endpoint, "kiosk", Sampling.of(sampler, "1"), spansMax, flush);
    return Tracing.of(Optional.of(settings), "1.2.3");
  }

  private static Tracing tracing(Collector collector, String sampler) {
    var endpoint = URI.create(collector.url() + "/v1/traces");
    return tracing(endpoint, sampler, 100, Duration.ofSeconds(20));
  }

  private static TraceHeaders headers(String... traceparents) {
    return name -> name.equals(TraceHeaders.TRACEPARENT) ? List.of(traceparents) : List.of();
  }

  private static TraceHeaders headers(Map<String, List<String>> all) {
    return name -> all.getOrDefault(name, List.of());
  }

  @Test
  void aSampledCallerIsContinuedAndToldWhereItIsFound() throws IOException {
    try (var collector = Collector.start();
        var tracing = tracing(collector, "parentbased_always_off")) {
      var request = tracing.begin(headers(SAMPLED), () -> CALL);
      var told = request.traceparent().orElseThrow();
      request.close();
      assertTrue(tracing.flush());
      var span = collector.await("infer");
      assertEquals(TRACE, Collector.hex(span.getTraceId()));
      assertEquals(PARENT, Collector.hex(span.getParentSpanId()));
      assertEquals("00-%s-%s-01".formatted(TRACE, Collector.hex(span.getSpanId())), told);
      assertEquals("kiosk", collector.resource().get("service.name"));
      assertEquals("1.2.3", collector.resource().get("service.version"));
      assertEquals(1, tracing.counts().orElseThrow().sentCount());
      assertEquals(0, tracing.counts().orElseThrow().droppedCount());
    }
  }

  @Test
  void aCallerThatIsNotSampledOrSaysNothingIsNotTraced() throws IOException {
    try (var collector = Collector.start();
        var tracing = tracing(collector, "parentbased_always_off")) {
      var unsampled = headers("00-%s-%s-00".formatted(TRACE, PARENT));
      assertSame(RequestSpan.none(), tracing.begin(unsampled, () -> CALL));
      assertSame(RequestSpan.none(), tracing.begin(headers(), () -> CALL));
    }
  }

  @Test
  void aSamplerThatBeginsTracesHeedsTheCallersNo() throws IOException {
    try (var collector = Collector.start();
        var tracing = tracing(collector, "parentbased_always_on")) {
      var unsampled = headers("00-%s-%s-00".formatted(TRACE, PARENT));
      assertSame(RequestSpan.none(), tracing.begin(unsampled, () -> CALL));
      var own = tracing.begin(headers(), () -> CALL);
      assertTrue(own.traceparent().orElseThrow().matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]"));
      own.close();
      assertTrue(tracing.flush());
      assertTrue(collector.await("infer").getParentSpanId().isEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
      })
  void aMalformedHeaderIsAsIfItWereNotThere(String traceparent) throws IOException {
    try (var collector = Collector.start();
        var tracing = tracing(collector, "parentbased_always_off")) {
      assertSame(RequestSpan.none(), tracing.begin(headers(traceparent), () -> CALL));
    }
  }

  @Test
  void ofTwoParentsNoneIsBelieved() throws IOException {
    try (var collector = Collector.start();
        var tracing = tracing(collector, "parentbased_always_off")) {
      assertSame(RequestSpan.none(), tracing.begin(headers(SAMPLED, SAMPLED), () -> CALL));
    }
  }

  @Test
  void theStateOfOthersGoesAlongUnlessItIsMalformed() throws IOException {
    try (var collector = Collector.start();
        var tracing = tracing(collector, "parentbased_always_off")) {
      var headers =
          headers(Map.of("traceparent", List.of(SAMPLED), "tracestate", List.of("a=1,b=2", "c=3")));
      tracing.begin(headers, () -> CALL).close();
      assertTrue(tracing.flush());
      assertEquals("a=1,b=2,c=3", collector.await("infer").getTraceState());
      var malformed =
          headers(Map.of("traceparent", List.of(SAMPLED), "tracestate", List.of("=,,= ")));
      tracing.begin(malformed, () -> CALL).close();
      assertTrue(tracing.flush());
      assertEquals("", collector.spans().getLast().getTraceState());
      assertEquals(TRACE, Collector.hex(collector.spans().getLast().getTraceId()));
    }
  }

  @Test
  void aCollectorThatRefusesCostsTheSpansUntilItTakesThemAgain() throws IOException {
    try (var collector = Collector.start();
        var tracing = tracing(collector, "parentbased_always_off")) {
      collector.refuse(true);
      tracing.begin(headers(SAMPLED), () -> CALL).close();
      tracing.flush();
      assertEquals(1, tracing.counts().orElseThrow().droppedCount());
      collector.refuse(false);
      tracing.begin(headers(SAMPLED), () -> CALL).close();
      assertTrue(tracing.flush());
      assertEquals(1, tracing.counts().orElseThrow().droppedCount());
      assertEquals(1, tracing.counts().orElseThrow().sentCount());
    }
  }

  /** It listens and never answers, so that all that is sent to it stays on its way. */
  @Test
  void whereNothingIsTakenSoManyWaitAndAllOthersAreDroppedAtOnce() throws IOException {
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      var endpoint = URI.create("http://127.0.0.1:%d/v1/traces".formatted(silent.getLocalPort()));
      try (var tracing = tracing(endpoint, "parentbased_always_off", 8, Duration.ofMillis(100))) {
        for (var i = 0; i < 50; i++) {
          tracing.begin(headers(SAMPLED), () -> CALL).close();
        }
        var counts = tracing.counts().orElseThrow();
        assertEquals(42, counts.droppedCount());
        assertEquals(0, counts.sentCount());
        var before = System.nanoTime();
        assertFalse(tracing.flush());
        var took = Duration.ofNanos(System.nanoTime() - before);
        assertTrue(took.compareTo(Duration.ofSeconds(10)) < 0, took::toString);
      }
    }
  }

  @Test
  void offItNeedsNothingOfOpenTelemetry() throws Exception {
    var loader = new WithoutOpenTelemetry();
    var tracing = loader.loadClass(Tracing.class.getName());
    var off = tracing.getMethod("of", Optional.class, String.class);
    var it = off.invoke(null, Optional.empty(), "1");
    assertSame(loader, it.getClass().getClassLoader());
    assertEquals(Optional.empty(), tracing.getMethod("counts").invoke(it));
    assertEquals(true, tracing.getMethod("flush").invoke(it));
    tracing.getMethod("close").invoke(it);
  }

  /** Loads this package anew, and nothing of OpenTelemetry. */
  private static final class WithoutOpenTelemetry extends ClassLoader {

    @Override
    protected Class<?> loadClass(String name, boolean resolves) throws ClassNotFoundException {
      if (name.startsWith("io.opentelemetry.")) {
        throw new ClassNotFoundException(name);
      }
      return name.startsWith(Tracing.class.getPackageName() + ".")
          ? define(name)
          : super.loadClass(name, resolves);
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      var known = findLoadedClass(name);
      if (known != null) {
        return known;
      }
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        var bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
