package dev.weft.gateway.tracing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.gateway.access.Caller;
import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.ProtocolException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceSettingsTest {

  private static final Optional<String> ALL = Optional.empty();
  private static final Optional<String> M = Optional.of("m");
  private static final String SAMPLED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  private static final TraceHeaders ALONE = _ -> List.of();
  private static final TraceHeaders CALLED =
      name -> name.equals(TraceHeaders.TRACEPARENT) ? List.of(SAMPLED) : List.of();

  private static Map<String, Object> settings(String level, String rate, String count) {
    var settings = new LinkedHashMap<String, Object>();
    settings.put("trace_level", List.of(level));
    settings.put("trace_rate", rate);
    settings.put("trace_count", count);
    settings.put("log_frequency", "0");
    settings.put("trace_file", "");
    settings.put("trace_mode", "opentelemetry");
    return settings;
  }

  private static TraceRules rules(String sampler, String ratio) {
    return new TraceRules(Sampling.of(sampler, ratio));
  }

  @ParameterizedTest
  @CsvSource({
    "parentbased_always_off, 1, TIMESTAMPS, 0",
    "parentbased_always_on, 1, TIMESTAMPS, 1",
    "always_on, 0.5, TIMESTAMPS, 1",
    "always_off, 1, OFF, 0",
    "traceidratio, 0.01, TIMESTAMPS, 100",
    "parentbased_traceidratio, 0.3, TIMESTAMPS, 3",
    "parentbased_traceidratio, 0, TIMESTAMPS, 0",
    "traceidratio, 1e-300, TIMESTAMPS, 2147483647",
  })
  void whatIsConfiguredIsShown(String sampler, String ratio, String level, String rate) {
    assertEquals(settings(level, rate, "-1"), rules(sampler, ratio).settings(ALL));
  }

  @Test
  void aModelsSettingsStandBeforeThoseOfAllUntilTheyAreCleared() {
    var rules = rules("parentbased_always_off", "1");
    assertEquals(settings("TIMESTAMPS", "10", "-1"), rules.change(ALL, Map.of("trace_rate", "10")));
    assertEquals(settings("TIMESTAMPS", "10", "5"), rules.change(M, Map.of("trace_count", "5")));
    rules.change(ALL, Map.of("trace_level", List.of("OFF"), "trace_count", List.of("7")));
    assertEquals(settings("OFF", "10", "5"), rules.settings(M));
    assertEquals(settings("OFF", "10", "7"), rules.settings(Optional.of("other")));
    assertTrue(rules.areByModel());
    rules.change(M, Map.of("trace_count", Optional.empty()));
    assertFalse(rules.areByModel());
    assertEquals(settings("OFF", "10", "7"), rules.settings(M));
    rules.change(
        ALL, Map.of("trace_level", List.of(), "trace_rate", List.of(), "trace_count", List.of()));
    assertEquals(settings("TIMESTAMPS", "0", "-1"), rules.settings(ALL));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "trace_level|TENSORS|spans carry no tensors",
        "trace_level|timestamps|OFF",
        "trace_rate|-1|0 for none",
        "trace_rate|1.5|0 for none",
        "trace_rate|2147483648|at most 2147483647",
        "trace_count|-2|-1 or more",
        "trace_count||-1 or more",
        "log_frequency|50|it cannot be changed",
        "trace_file|/tmp/trace.json|spans go where the configuration says",
        "trace_mode|triton|opentelemetry",
        "other|1|one of [trace_level",
      })
  void whatCannotBeIsRefusedAndNothingIsChanged(String name, String value, String said) {
    var rules = rules("always_on", "1");
    var asked = new LinkedHashMap<String, Object>();
    asked.put("trace_count", "3");
    asked.put(name, value == null ? "" : value);
    var refused = assertThrows(ProtocolException.class, () -> rules.change(ALL, asked));
    assertEquals(Fault.INVALID, refused.fault());
    var message = String.valueOf(refused.getMessage());
    assertTrue(message.startsWith("setting '%s': ".formatted(name)), message);
    assertTrue(message.contains(said), message);
    assertEquals(settings("TIMESTAMPS", "1", "-1"), rules.settings(ALL));
  }

  @Test
  void whatIsAskedAsItIsChangesNothing() {
    var rules = rules("always_on", "1");
    var asked = rules.settings(ALL);
    assertEquals(asked, rules.change(ALL, asked));
    assertEquals(asked, rules.change(ALL, Map.of("trace_rate", 1L, "trace_mode", List.of())));
    assertThrows(ProtocolException.class, () -> rules.change(ALL, Map.of("trace_level", Map.of())));
    assertThrows(
        ProtocolException.class,
        () -> rules.change(ALL, Map.of("trace_level", List.of("OFF", "TIMESTAMPS"))));
  }

  @Test
  void onlySoManyModelsHaveSettingsOfTheirOwn() {
    var rules = rules("always_on", "1");
    for (var i = 0; i < 1000; i++) {
      rules.change(Optional.of("m" + i), Map.of("trace_rate", "2"));
    }
    assertThrows(ProtocolException.class, () -> rules.change(M, Map.of("trace_rate", "2")));
    rules.change(Optional.of("m7"), Map.of("trace_rate", "3"));
    rules.change(Optional.of("m7"), Map.of("trace_rate", Optional.empty()));
    rules.change(M, Map.of("trace_rate", "2"));
  }

  @Test
  void whereThereIsNowhereToSendThemTheyAreOffAndStayOff() {
    var off = Tracing.off();
    assertFalse(off.isOn());
    assertEquals(settings("OFF", "0", "-1"), off.settings(M));
    var same = Map.of("trace_level", List.of("OFF"), "trace_rate", Optional.empty());
    assertEquals(settings("OFF", "0", "-1"), off.change(Caller.anyone(), ALL, same));
    var refused =
        assertThrows(
            ProtocolException.class,
            () -> off.change(Caller.anyone(), ALL, Map.of("trace_level", List.of("TIMESTAMPS"))));
    assertTrue(String.valueOf(refused.getMessage()).contains("OTEL_EXPORTER_OTLP_ENDPOINT"));
    assertEquals(Fault.NOT_OFFERED, refused.fault());
  }

  private static Tracing tracing(Collector collector, String sampler) {
    var endpoint = URI.create(collector.url() + "/v1/traces");
    var settings =
        new TracingSettings(
            endpoint, "kiosk", Sampling.of(sampler, "1"), 1000, Duration.ofSeconds(20));
    return Tracing.of(Optional.of(settings), "1.2.3");
  }

  private static boolean isTraced(Tracing tracing, TraceHeaders headers, String model) {
    try (var span = tracing.begin(headers, model, () -> new Call.Rpc("service", "method"))) {
      return span.traceparent().isPresent();
    }
  }

  private static int traced(Tracing tracing, TraceHeaders headers, String model, int requests) {
    var traced = 0;
    for (var i = 0; i < requests; i++) {
      traced += isTraced(tracing, headers, model) ? 1 : 0;
    }
    return traced;
  }

  @Test
  void oneOfSoManyBeginsATraceAndWhoeverIsCalledWithinOneIsTracedBeside() throws IOException {
    try (var collector = Collector.start();
        var tracing = tracing(collector, "parentbased_always_off")) {
      assertEquals(0, traced(tracing, ALONE, "m", 10));
      tracing.change(Caller.anyone(), ALL, Map.of("trace_rate", "4"));
      assertEquals(3, traced(tracing, ALONE, "m", 12));
      assertEquals(5, traced(tracing, CALLED, "m", 5));
      tracing.change(Caller.anyone(), M, Map.of("trace_level", List.of("OFF")));
      assertEquals(0, traced(tracing, CALLED, "m", 5));
      assertEquals(1, traced(tracing, ALONE, "n", 4));
      assertTrue(tracing.flush());
      assertEquals(9, collector.spans().size());
    }
  }

  @Test
  void aSamplerThatHeedsNoCallerTakesOneOfSoManyOfAll() throws IOException {
    try (var collector = Collector.start();
        var tracing = tracing(collector, "always_off")) {
      assertEquals(0, traced(tracing, CALLED, "m", 5));
      tracing.change(
          Caller.anyone(), ALL, Map.of("trace_level", List.of("TIMESTAMPS"), "trace_rate", "5"));
      assertEquals(2, traced(tracing, CALLED, "m", 10));
    }
  }

  @Test
  void theCountGoesDownToNoneWhoeverTakesIt() throws Exception {
    try (var collector = Collector.start();
        var tracing = tracing(collector, "parentbased_always_on")) {
      tracing.change(Caller.anyone(), M, Map.of("trace_count", "100"));
      var traced = new AtomicInteger();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (var i = 0; i < 8; i++) {
          threads.submit(() -> traced.addAndGet(traced(tracing, ALONE, "m", 50)));
        }
      }
      assertEquals(100, traced.get());
      assertEquals(settings("TIMESTAMPS", "1", "0"), tracing.settings(M));
      assertEquals(settings("TIMESTAMPS", "1", "-1"), tracing.settings(ALL));
      assertEquals(0, traced(tracing, CALLED, "m", 5));
      assertEquals(5, traced(tracing, ALONE, "n", 5));
      tracing.change(Caller.anyone(), M, Map.of("trace_count", "-1"));
      assertEquals(5, traced(tracing, ALONE, "m", 5));
    }
  }

  @Test
  void whatIsNotSampledTakesNothingOfTheCount() throws IOException {
    try (var collector = Collector.start();
        var tracing = tracing(collector, "parentbased_always_off")) {
      tracing.change(Caller.anyone(), ALL, Map.of("trace_count", "2"));
      TraceHeaders no =
          name ->
              name.equals(TraceHeaders.TRACEPARENT)
                  ? List.of(SAMPLED.replaceAll("1$", "0"))
                  : List.of();
      assertEquals(0, traced(tracing, no, "m", 5));
      assertEquals(2, traced(tracing, CALLED, "m", 5));
    }
  }

  @Test
  void aRequestWhoseModelIsToldLaterIsTracedAsTheModelSays() throws IOException {
    try (var collector = Collector.start();
        var tracing = tracing(collector, "parentbased_always_on")) {
      tracing.change(Caller.anyone(), M, Map.of("trace_level", List.of("OFF")));
      for (var model : List.of("m", "n")) {
        var span = tracing.begin(ALONE, () -> new Call.Rpc("service", "method"));
        span.model(model);
        assertEquals(model.equals("n"), span.traceparent().isPresent());
        span.close();
      }
      tracing.change(Caller.anyone(), M, Map.of("trace_level", List.of()));
      assertFalse(
          tracing.begin(ALONE, () -> new Call.Rpc("s", "m")).traceparent().isEmpty(),
          "known at once where no model has settings of its own");
      tracing.change(Caller.anyone(), ALL, Map.of("trace_level", List.of("OFF")));
      assertSame(RequestSpan.none(), tracing.begin(ALONE, () -> new Call.Rpc("s", "m")));
    }
  }
}
