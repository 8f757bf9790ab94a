package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.testkit.TinyModels;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft dist}: made once, unpacked, and used as on a machine that has nothing else. */
class DistIT {

  private static final Path ROOT = Path.of(System.getProperty("weft.root", ".."));
  private static final FileTime TIME = FileTime.from(Instant.parse("1980-01-01T00:00:00Z"));
  private static final Pattern COPIED = Pattern.compile("(?m)^COPY (.+) [^ ]+$");
  private static final Pattern HTTP = Pattern.compile("http://127\\.0\\.0\\.1:([0-9]+)");

  @TempDir private static Path made = Path.of("");
  private static Path unpacked = Path.of("");

  @TempDir private Path folder = Path.of("");
  private final List<Process> started = new ArrayList<>();

  @BeforeAll
  static void makeAndUnpack() throws Exception {
    var file = made.resolve("weft.tar.gz");
    var ended = Cli.run(ROOT, "dist", "--out", file.toString());
    assertEquals(0, ended.code(), ended.err());
    assertFalse(ended.err().contains("slower"), ended.err());
    assertEquals(List.of(file.toString()), ended.lines());
    var elsewhere = Files.createDirectories(made.resolve("some where").resolve("else"));
    var tar = new ProcessBuilder("tar", "-xzf", file.toString(), "-C", elsewhere.toString());
    assertEquals(0, tar.inheritIO().start().waitFor());
    try (var folders = Files.list(elsewhere)) {
      var all = folders.toList();
      assertEquals(1, all.size(), all::toString);
      unpacked = all.getFirst();
    }
  }

  @AfterEach
  void endProcesses() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void servesWithNothingButCoreutilsAndDrainsOnSigterm() throws Exception {
    var model = folder.resolve("echo.onnx");
    Files.write(model, TinyModels.identity(Datatype.FP32, "n", 4));
    var process =
        weft(
            Map.of("WEFT_HOME", folder.toString()),
            "serve",
            model.toString(),
            "--port",
            "0",
            "--grpc-port",
            "0",
            "--metrics-port",
            "off");
    var line = String.valueOf(new BufferedReader(out(process)).readLine());
    var place = HTTP.matcher(line);
    assertTrue(place.find(), () -> line + said());
    try (var client = HttpClient.newHttpClient()) {
      var body =
          """
          {"inputs":[{"name":"x","datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}]}\
          """;
      var request =
          HttpRequest.newBuilder(URI.create(place.group() + "/v2/models/echo/infer"))
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      var answer = client.send(request, BodyHandlers.ofString());
      assertEquals(200, answer.statusCode(), answer.body());
      assertTrue(answer.body().contains("\"data\":[1.0,2.0,3.0,4.0]"), answer.body());
    }
    assertEquals(0, ready(place.group(1)));
    process.destroy();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue());
    assertEquals("", said());
    assertEquals(1, ready(place.group(1)));
  }

  @Test
  void itsCacheIsUsedWhereverItIsUnpackedAndUnsaidWhereItCannotBe() throws Exception {
    var using = text(weft(Map.of("WEFT_JAVA_OPTS", "-Xlog:aot=info"), "version"));
    assertTrue(using.contains("Using AOT-linked classes: true"), using);
    var broken = Files.writeString(folder.resolve("broken.aot"), "no cache");
    for (var other :
        List.of(
            "-XX:+UseCompactObjectHeaders",
            "-XX:AOTCache=" + folder.resolve("none.aot"),
            "-XX:AOTCache=" + broken)) {
      var told = text(weft(Map.of("WEFT_JAVA_OPTS", other), "version"));
      assertTrue(told.startsWith("weft "), other + ": " + told);
      assertEquals("", said(), other);
    }
  }

  @Test
  void filesHaveOneTimeSoThatTheyAreTheSameNextTime() throws IOException {
    try (var all = Files.walk(unpacked)) {
      var others =
          all.filter(Files::isRegularFile)
              .filter(file -> !Files.isSymbolicLink(file) && !TIME.equals(time(file)))
              .toList();
      assertEquals(List.of(), others);
    }
  }

  @Test
  void theUnitIsOneThatSystemdTakes() throws Exception {
    assumeTrue(isThere("systemd-analyze"), "no systemd-analyze");
    var unit = Files.readString(unpacked.resolve("weft.service"));
    assertTrue(unit.contains("ExecStart=/opt/weft/bin/weft serve "), unit);
    var link = Files.createSymbolicLink(folder.resolve("weft"), unpacked);
    var here =
        Files.writeString(folder.resolve("weft.service"), unit.replace("/opt/weft/", link + "/"));
    var verify =
        new ProcessBuilder("systemd-analyze", "verify", here.toString())
            .redirectErrorStream(true)
            .start();
    started.add(verify);
    assertEquals("", text(verify));
    assertEquals(0, verify.waitFor());
  }

  @Test
  void theContainerHasAllThatItsFileCopiesAndRuns() throws IOException {
    var file = Files.readString(unpacked.resolve("Containerfile"));
    var copied =
        COPIED.matcher(file).results().flatMap(m -> List.of(m.group(1).split(" ")).stream());
    var sources = copied.toList();
    assertTrue(sources.containsAll(List.of("bin", "runtime", "lib")), sources::toString);
    for (var source : sources) {
      assertTrue(Files.exists(unpacked.resolve(source)), source);
    }
    for (var program : List.of("bin/weft", "bin/weft-ready")) {
      assertTrue(file.contains("\"/opt/weft/" + program + "\""), file);
      assertTrue(Files.isExecutable(unpacked.resolve(program)), program);
    }
  }

  /** On a PATH that has what the launcher uses of coreutils, and no Java. */
  private Process weft(Map<String, String> environment, String... command) throws IOException {
    var path = Files.createDirectories(folder.resolve("path"));
    for (var program : List.of("readlink", "dirname")) {
      var link = path.resolve(program);
      if (!Files.exists(link)) {
        Files.createSymbolicLink(link, Path.of("/usr/bin", program));
      }
    }
    var words = new ArrayList<String>(List.of(unpacked.resolve("bin/weft").toString()));
    words.addAll(List.of(command));
    var builder = new ProcessBuilder(words).redirectError(folder.resolve("stderr").toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put("PATH", path.toString());
    var process = builder.start();
    started.add(process);
    return process;
  }

  private int ready(String port) throws IOException, InterruptedException {
    var program = unpacked.resolve("bin/weft-ready").toString();
    var process = new ProcessBuilder(program, port).start();
    started.add(process);
    return process.waitFor();
  }

  private String said() {
    try {
      return Files.readString(folder.resolve("stderr"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static FileTime time(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isThere(String program) {
    return List.of(System.getenv().getOrDefault("PATH", "").split(":")).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private static Reader out(Process process) {
    return process.inputReader(StandardCharsets.UTF_8);
  }

  private static String text(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
