package dev.weft.bench.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpCallerTest {

  private static final WireTensor X =
      new WireTensor("x", "FP32", List.of(1L, 2L), new byte[] {0, 0, -128, 63, 0, 0, 0, 64});

  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private final List<String> paths = new CopyOnWriteArrayList<>();
  private volatile int status = 200;
  private volatile String said = "an answer".repeat(20_000);
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          paths.add(exchange.getRequestURI().getPath());
          bodies.add(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
          var answer = said.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void tellsResultsFromRefusalsOnOneConnection() throws IOException {
    try (var caller = caller(HttpRequest.json("tiny", List.of(X)))) {
      assertTrue(caller.call());
      assertTrue(caller.call());
      status = 429;
      said = "{\"error\":\"full\",\"code\":\"queue-full\",\"retry_after_ms\":17}";
      assertFalse(caller.call());
      assertEquals(Duration.ofMillis(17), caller.backOff());
      said = "an answer".repeat(20_000);
      status = 503;
      assertFalse(caller.call());
      status = 200;
      assertTrue(caller.call());
      assertTrue(
          new String(caller.answer(), StandardCharsets.UTF_8).endsWith("an answeran answer"));
    }
    assertEquals(5, bodies.size());
    assertEquals(
        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[1.0,2.0]}]}",
        bodies.getFirst());
    assertEquals("/v2/models/tiny/infer", paths.getFirst());
  }

  @Test
  void whatIsNeitherResultNorRefusalEndsTheBenchWithWhatTheServerSaid() throws IOException {
    status = 400;
    try (var caller = caller(HttpRequest.bare("tiny", List.of(X)))) {
      var error = assertThrows(IOException.class, caller::call);
      assertTrue(error.toString().contains("an answer"), error.toString());
    }
    assertEquals(X.data().length, bodies.getFirst().length());
    assertEquals("/tiny", paths.getFirst());
  }

  @Test
  void aServerThatEndsIsNoAnswer() throws IOException {
    try (var caller = caller(HttpRequest.json("tiny", List.of(X)))) {
      assertTrue(caller.call());
      server.stop(0);
      assertThrows(IOException.class, caller::call);
    }
  }

  @Test
  void aModelGetsThroughACommandLine() {
    var model = new ServedModel("tiny", Path.of("/a b/tiny.onnx"), List.of(X));
    var read = ServedModel.parse(model.argument());

    assertEquals(model.name(), read.name());
    assertEquals(model.file(), read.file());
    assertEquals(List.of(1L, 2L), read.inputs().getFirst().shape());
    assertEquals("FP32", read.inputs().getFirst().datatype());
  }

  private HttpCaller caller(HttpRequest request) throws IOException {
    return new HttpCaller(server.getAddress().getPort(), request);
  }
}
