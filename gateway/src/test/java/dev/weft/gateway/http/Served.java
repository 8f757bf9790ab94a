package dev.weft.gateway.http;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.embedded.Weft;
import dev.weft.gateway.log.HeldDesk;
import dev.weft.gateway.log.Logs;
import dev.weft.gateway.model.Serving;
import dev.weft.gateway.observatory.Desks;
import dev.weft.gateway.protection.Protection;
import dev.weft.gateway.protection.ProtectionSettings;
import dev.weft.gateway.region.RegionSettings;
import dev.weft.gateway.region.Regions;
import dev.weft.gateway.repository.HeldRepository;
import dev.weft.gateway.tracing.Tracing;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A gateway on a port of its own before small models: {@code simple} (Triton's), {@code echo} FP32
 * [n, 4], {@code text} BYTES[n], {@code half} FP16[1, 4], and {@code held}, a pipeline of one
 * request at a time that ends when {@link HeldFactory#PERMITS} allows.
 */
public final class Served implements AutoCloseable {

  private static final String HELD =
      """
      apiVersion: weft/v1
      kind: Stage
      name: held-stage
      summary: Waits for a test.
      owner: tests@example.org
      uses: test/held
      ---
      apiVersion: weft/v1
      kind: Pipeline
      name: held
      summary: Waits for a test.
      owner: tests@example.org
      deadline: 60s
      maxInFlight: 1
      inputs: [{name: x, datatype: FP32, shape: [n]}]
      steps: [{name: step, stage: held-stage, inputs: {x: x}}]
      outputs: {y: step.y}
      """;

  public final Weft weft;
  public final Protection protection;
  public final HeldDesk desk;
  public final HeldRepository repository;
  final GatewaySettings settings;
  final Gateway gateway;
  final HttpClient client = HttpClient.newHttpClient();

  private Served(
      Weft weft,
      Protection protection,
      HeldDesk desk,
      HeldRepository repository,
      GatewaySettings settings,
      Gateway gateway) {
    this.desk = desk;
    this.repository = repository;
    this.settings = settings;
    this.weft = weft;
    this.protection = protection;
    this.gateway = gateway;
  }

  /**
   * @param settings over the defaults, below {@code weft}
   */
  public static Served start(Path folder, String settings) throws IOException {
    return start(folder, settings, Desks.none());
  }

  /**
   * @param desks what operators may ask for
   */
  static Served start(Path folder, String settings, Desks desks) throws IOException {
    HeldFactory.PERMITS.drainPermits();
    HeldFactory.BEGUN.drainPermits();
    var config =
        ConfigFactory.parseString(
                "weft { fabric { leak-tracing = on, loops = 2 }, gateway.port = 0 }")
            .withFallback(ConfigFactory.load());
    config = ConfigFactory.parseString("weft { " + settings + " }").withFallback(config);
    var weft = Weft.embedded(config);
    weft.register("simple", Files.write(folder.resolve("simple.onnx"), TinyModels.addSub()));
    model(weft, folder, "echo", TinyModels.identity(Datatype.FP32, "n", 4));
    model(weft, folder, "text", TinyModels.identity(Datatype.BYTES, "n"));
    model(weft, folder, "half", TinyModels.identity(Datatype.FP16, 1, 4));
    model(weft, folder, "log", TinyModels.logarithm());
    weft.load(Files.writeString(folder.resolve("held.yaml"), HELD));
    var protection = Protection.open(ProtectionSettings.from(config));
    var desk = new HeldDesk();
    var regions = Regions.of(RegionSettings.from(config));
    var repository = new HeldRepository();
    var serving =
        new Serving(weft, "1.2.3", regions, Logs.at(desk), Tracing.off(), Optional.of(repository));
    var gatewaySettings = GatewaySettings.from(config);
    var gateway = Gateway.start(serving, gatewaySettings, protection, desks);
    return new Served(weft, protection, desk, repository, gatewaySettings, gateway);
  }

  private static void model(Weft weft, Path folder, String name, byte[] content)
      throws IOException {
    weft.register(name, Files.write(folder.resolve(name + ".onnx"), content));
  }

  /** An answer is there before the server has put away what it was made of. */
  public void awaitNothingLeased() {
    await("no tensor on lease", () -> weft.tensors().leased() == 0);
  }

  public static void await(String what, BooleanSupplier isSo) {
    var until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!isSo.getAsBoolean()) {
      if (System.nanoTime() > until) {
        throw new AssertionError("not so after 20 s: " + what);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + gateway.port() + path);
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
  }

  HttpResponse<String> post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    return client.send(request(path, body, headers), BodyHandlers.ofString());
  }

  HttpResponse<byte[]> post(String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  HttpRequest request(String path, String body, String... headers) {
    var request = HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return request.timeout(Duration.ofSeconds(60)).build();
  }

  /** Sends these bytes on a connection of their own and reads until the server ends it. */
  String raw(String... parts) throws IOException {
    try (var socket = connect()) {
      for (var part : parts) {
        socket.getOutputStream().write(part.getBytes(StandardCharsets.ISO_8859_1));
      }
      return rest(socket.getInputStream());
    }
  }

  /**
   * What comes until the other side ends it, one way or the other.
   *
   * @throws SocketTimeoutException if it does not end it
   */
  static String rest(InputStream in) throws SocketTimeoutException {
    var text = new StringBuilder();
    try {
      for (var next = in.read(); next >= 0; next = in.read()) {
        text.append((char) next);
      }
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      return text.toString(); // Reset: what had come by then counts.
    }
    return text.toString();
  }

  /** Whether the other side leaves this connection open. */
  static boolean isTimedOut(Socket socket) throws IOException {
    try {
      rest(socket.getInputStream());
      return false;
    } catch (SocketTimeoutException e) {
      return true;
    }
  }

  Socket connect() throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** An inference request of one FP32 input in JSON. */
  static String floats(String input, String shape, String data) {
    return """
    {"inputs":[{"name":"%s","datatype":"FP32","shape":%s,"data":%s}]}\
    """
        .formatted(input, shape, data);
  }

  @Override
  public void close() {
    HeldFactory.PERMITS.release(1 << 10);
    gateway.close();
    protection.close();
    weft.close();
  }
}
