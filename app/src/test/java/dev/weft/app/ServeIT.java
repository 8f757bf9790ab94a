package dev.weft.app;

import static dev.weft.app.Awaited.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.weft.gateway.grpc.generated.GRPCInferenceServiceGrpc;
import dev.weft.gateway.grpc.generated.ModelInferRequest;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.testkit.TinyModels;
import io.grpc.ManagedChannelBuilder;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft serve}, as a process of its own where it is about its end. */
class ServeIT {

  private static final Path ROOT = Path.of(System.getProperty("weft.root", ".."));

  @TempDir private Path folder = Path.of("");
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endProcesses() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void whatTheGuideShowsIsWhatCurlGets() throws Exception {
    var stateful = Manifests.running(Files.createDirectory(folder.resolve("stateful")));
    var server = start(models().toString(), stateful.toString());
    var examples = GuideExamples.of(Files.readAllLines(ROOT.resolve("docs/serving.md")));
    assertTrue(examples.size() >= 8, examples.size() + " examples");
    for (var example : examples) {
      example.check(folder, Map.of("http://127.0.0.1:8000", server.url()), Map.of());
    }
  }

  @Test
  void manifestsAndModelsAreServedTogetherUntilItIsTerminated() throws Exception {
    var manifests = Files.createDirectory(folder.resolve("manifests"));
    Manifests.classifying(manifests);
    var model = models().resolve("echo.onnx");
    var server = start(manifests.toString(), model.toString());
    assertTrue(server.line().startsWith("serving 2 models on http://127.0.0.1:"), server.line());
    assertTrue(server.line().endsWith(": answer, echo"), server.line());
    try (var client = HttpClient.newHttpClient()) {
      var body =
          """
          {"inputs":[{"name":"features","datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}]}\
          """;
      var request =
          HttpRequest.newBuilder(URI.create(server.url() + "/v2/models/answer/infer"))
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      var answer = client.send(request, BodyHandlers.ofString());
      assertEquals(200, answer.statusCode(), answer.body());
      assertTrue(answer.body().contains("\"data\":[4.0,6.0]"), answer.body());
    }
    server.process().destroy();
    assertTrue(server.process().waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, server.process().exitValue());
  }

  @Test
  void aChangedModelIsServedAndAWrongOneIsToldOnStandardError() throws Exception {
    var models = models();
    var server = start(models.toString());
    try (var client = HttpClient.newHttpClient()) {
      Files.write(models.resolve("simple.onnx"), new byte[] {1, 2, 3});
      var log = folder.resolve("serve.log");
      await("refused", () -> Files.readString(log).contains("a change of the files is refused"));
      assertTrue(Files.readString(log).contains("simple.onnx"), Files.readString(log));
      assertTrue(index(client, server).contains("\"reason\":\"as before"));
      Files.write(models.resolve("simple.onnx"), TinyModels.addSub());
      Files.write(models.resolve("more.onnx"), TinyModels.identity(Datatype.FP32, "n", 4));
      await("one more", () -> index(client, server).contains("\"name\":\"more\""));
      await("nothing is refused", () -> !index(client, server).contains("as before"));
    }
    server.process().destroy();
    assertTrue(server.process().waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, server.process().exitValue());
  }

  @Test
  void withoutReloadingWhatIsServedStays() throws Exception {
    var models = models();
    var server = start(models.toString(), "--no-reload");
    Files.write(models.resolve("more.onnx"), TinyModels.identity(Datatype.FP32, "n", 4));
    try (var client = HttpClient.newHttpClient()) {
      // Longer than a change takes to be served where changes are.
      LockSupport.parkNanos(Duration.ofSeconds(3).toNanos());
      assertTrue(!index(client, server).contains("more"));
    }
  }

  private static String index(HttpClient client, Server server)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(server.url() + "/v2/repository/index"))
            .POST(HttpRequest.BodyPublishers.noBody());
    return client.send(request.build(), BodyHandlers.ofString()).body();
  }

  @Test
  void metricsAreOnAPortOfTheirOwnAndItIsTold() throws Exception {
    var server = startWithMetrics("0", models().toString());
    var told = Optional.ofNullable(server.out().readLine()).orElse("");
    assertTrue(told.matches("metrics on http://127\\.0\\.0\\.1:[0-9]+/metrics"), told);
    try (var client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create(told.substring("metrics on ".length())));
      var answer = client.send(request.build(), BodyHandlers.ofString());
      assertEquals(200, answer.statusCode());
      assertTrue(answer.body().contains("\nweft_frames_in_flight{pipeline=\"echo\"} 0"));
    }
  }

  @Test
  void theSameModelsAreServedOverGrpcAndHealthEndsWithTheServer() throws Exception {
    var server = start(models().toString());
    var channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", server.grpcPort()).usePlaintext().build();
    try {
      var health =
          HealthGrpc.newBlockingStub(channel)
              .withDeadlineAfter(60, TimeUnit.SECONDS)
              .watch(HealthCheckRequest.getDefaultInstance());
      assertEquals(ServingStatus.SERVING, health.next().getStatus());
      var input =
          ModelInferRequest.InferInputTensor.newBuilder()
              .setName("x")
              .setDatatype("FP32")
              .addShape(1)
              .addShape(4);
      var raw = ByteString.copyFromUtf8("sixteen bytes...");
      var answer =
          GRPCInferenceServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(60, TimeUnit.SECONDS)
              .modelInfer(
                  ModelInferRequest.newBuilder()
                      .setModelName("echo")
                      .addInputs(input)
                      .addRawInputContents(raw)
                      .build());
      assertEquals(raw, answer.getRawOutputContents(0));
      server.process().destroy();
      assertEquals(ServingStatus.NOT_SERVING, health.next().getStatus());
      assertTrue(server.process().waitFor(60, TimeUnit.SECONDS));
      assertEquals(0, server.process().exitValue());
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void anInterruptEndsItWithTheExitCodeOfOne() throws Exception {
    var server = start(models().toString());
    var kill = new ProcessBuilder("kill", "-INT", Long.toString(server.process().pid())).start();
    assertEquals(0, kill.waitFor());
    assertTrue(server.process().waitFor(60, TimeUnit.SECONDS));
    assertEquals(130, server.process().exitValue());
  }

  @Test
  void aPortThatIsTakenIsOneClearLine() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var port = Integer.toString(taken.getLocalPort());
      refused(
          1,
          "127.0.0.1 port " + port,
          "serve",
          models().toString(),
          "--port",
          port,
          "--metrics-port",
          "off");
      refused(1, "127.0.0.1 port " + port, "serve", models().toString(), "--metrics-port", port);
      refused(
          1,
          "127.0.0.1 port " + port,
          "serve",
          models().toString(),
          "--port",
          "0",
          "--grpc-port",
          port,
          "--metrics-port",
          "off");
    }
  }

  @Test
  void whatCannotBeServedIsOneClearLine() throws IOException {
    var empty = Files.createDirectory(folder.resolve("empty"));
    refused(1, "nothing to serve", "serve", empty.toString());
    refused(1, "not there", "serve", folder.resolve("none").toString());
    var broken = Files.createDirectory(folder.resolve("broken"));
    Files.write(broken.resolve("broken.onnx"), new byte[] {1, 2, 3});
    refused(1, "broken", "serve", broken.toString());
    var odd = Files.createDirectory(folder.resolve("odd"));
    Files.write(odd.resolve("a b.onnx"), TinyModels.empty());
    refused(1, "model 'a b'", "serve", odd.toString());
    var models = models().toString();
    refused(1, "model 'echo': in ", "serve", models, models);
    refused(1, "--insecure-beyond-loopback", "serve", models, "--host", "0.0.0.0");
    refused(2, "--port: 70000", "serve", models, "--port", "70000");
    refused(2, "--grpc-port: 70000", "serve", models, "--grpc-port", "70000");
    refused(2, "--metrics-port: 70000", "serve", models, "--metrics-port", "70000");
  }

  @Test
  void aBrokenManifestIsRefusedWithItsPlace() throws IOException {
    var manifests = Files.createDirectory(folder.resolve("manifests"));
    var manifest = Manifests.classifying(manifests);
    Files.writeString(manifest, Files.readString(manifest).replace("stage: classify", "stage: no"));
    var ended = Cli.run(folder, "serve", manifests.toString());
    assertEquals(1, ended.code());
    assertTrue(ended.err().contains("answer.yaml:"), ended.err());
    assertEquals("", ended.out());
  }

  private void refused(int code, String said, String... command) {
    var ended = Cli.run(folder, command);
    assertEquals(code, ended.code(), ended.err());
    var lines = ended.err().lines().filter(line -> line.startsWith("weft: ")).toList();
    assertEquals(1, lines.size(), ended.err());
    assertTrue(lines.getFirst().contains(said), ended.err());
    assertEquals("", ended.out());
  }

  /** A folder with Triton's {@code simple}, and {@code echo} FP32[n, 4]. */
  private Path models() throws IOException {
    var models = Files.createDirectories(folder.resolve("models"));
    Files.write(models.resolve("simple.onnx"), TinyModels.addSub());
    Files.write(models.resolve("echo.onnx"), TinyModels.identity(Datatype.FP32, "n", 4));
    return models;
  }

  private record Server(Process process, String line, BufferedReader out) {
    String url() {
      return found("http://[^ ]+(?= and |: )");
    }

    int grpcPort() {
      return Integer.parseInt(found("(?<= and grpc://127\\.0\\.0\\.1:)[0-9]+(?=: )"));
    }

    private String found(String pattern) {
      var matcher = Pattern.compile(pattern).matcher(line);
      assertTrue(matcher.find(), line);
      return matcher.group();
    }
  }

  private Server start(String... paths) throws IOException {
    return startWithMetrics("off", paths);
  }

  private Server startWithMetrics(String port, String... paths) throws IOException {
    var command = WeftCommand.of(folder);
    command.addAll(List.of("serve", "--port", "0", "--grpc-port", "0", "--metrics-port", port));
    command.addAll(List.of(paths));
    var process =
        new ProcessBuilder(command).redirectError(folder.resolve("serve.log").toFile()).start();
    started.add(process);
    var out = new BufferedReader(process.inputReader(StandardCharsets.UTF_8));
    var line = out.readLine();
    if (line == null) {
      throw new AssertionError("ended: " + Files.readString(folder.resolve("serve.log")));
    }
    return new Server(process, line, out);
  }
}
