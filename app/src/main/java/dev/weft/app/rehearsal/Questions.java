package dev.weft.app.rehearsal;

import dev.weft.bench.gateway.Connection;
import dev.weft.bench.gateway.GrpcCaller;
import dev.weft.bench.gateway.HttpCaller;
import dev.weft.bench.gateway.HttpRequest;
import dev.weft.bench.gateway.WireTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What is asked of a server in a rehearsal: inferences in every form, and the pages that operators
 * look at.
 *
 * @param model takes and gives FP32[n, 4]
 */
record Questions(String model, int httpPort, int grpcPort, int metricsPort) {

  private static final int INFERENCES_EACH = 20;

  private static final Pattern HTTP = Pattern.compile("http://[^ :]+:([0-9]+)");
  private static final Pattern GRPC = Pattern.compile("grpc://[^ :]+:([0-9]+)");

  private static final List<String> PAGES =
      List.of(
          "/v2/health/live", "/v2/health/ready", "/v2", "/v2/models/stats", "/weft/v1/pipelines");

  /**
   * Questions to the server that told where it is.
   *
   * @param serving its line about HTTP and gRPC
   * @param metrics its line about metrics
   * @throws IOException if the lines do not tell it
   */
  static Questions to(String model, String serving, String metrics) throws IOException {
    return new Questions(model, port(HTTP, serving), port(GRPC, serving), port(HTTP, metrics));
  }

  private static int port(Pattern place, String line) throws IOException {
    var found = place.matcher(line);
    if (!found.find()) {
      throw new IOException("'%s' (expected: an address as %s)".formatted(line, place));
    }
    return Integer.parseInt(found.group(1));
  }

  /**
   * @throws IOException if one is not answered
   */
  void ask() throws IOException {
    var content = ByteBuffer.allocate(4 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (var element = 0; element < 4; element++) {
      content.putFloat(element);
    }
    var inputs = List.of(new WireTensor("x", "FP32", List.of(1L, 4L), content.array()));
    inferences(new HttpCaller(httpPort, HttpRequest.binary(model, inputs)));
    inferences(new HttpCaller(httpPort, HttpRequest.json(model, inputs)));
    inferences(new GrpcCaller(grpcPort, model, inputs));
    for (var page : PAGES) {
      page(httpPort, page);
    }
    page(metricsPort, "/metrics");
  }

  private static void inferences(Connection caller) throws IOException {
    try (caller) {
      for (var i = 0; i < INFERENCES_EACH; i++) {
        answered(caller);
      }
    }
  }

  private static void page(int port, String path) throws IOException {
    var head = "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(path);
    var request = new HttpRequest(head.getBytes(StandardCharsets.US_ASCII));
    try (var caller = new HttpCaller(port, request)) {
      answered(caller);
    }
  }

  private static void answered(Connection caller) throws IOException {
    if (!caller.call()) {
      throw new IOException("refused for want of room");
    }
  }
}
