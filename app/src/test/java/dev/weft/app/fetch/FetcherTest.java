package dev.weft.app.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.app.console.Console;
import dev.weft.fabric.manifest.Artifact;
import dev.weft.fabric.manifest.StageManifest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetcherTest {

  private static final byte[] MODEL = "weights and biases".getBytes(UTF_8);
  private static final byte[] LABELS = "one\ntwo\n".getBytes(UTF_8);

  @TempDir private Path folder;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final FakeMaven maven =
      new FakeMaven()
          .with("org.example:models:1.0", "m/model.onnx", MODEL)
          .with("org.example:labels:2.0", "labels.txt", LABELS);

  @BeforeEach
  void makeManifestFolder() throws IOException {
    Files.createDirectories(manifests());
  }

  private Path cache() {
    return folder.resolve(".weft/fetch");
  }

  private Path manifests() {
    return folder.resolve("example");
  }

  private Path models() {
    return manifests().resolve("models");
  }

  private Path model() {
    return models().resolve("model.onnx");
  }

  @Test
  void bringsWhatIsMissingWithOneStartOfMaven() throws IOException {
    var outcome = fetch(stage(model(MODEL), labels()));

    assertEquals(2, outcome.fetched().size());
    assertArrayEquals(MODEL, Files.readAllBytes(model()));
    assertArrayEquals(LABELS, Files.readAllBytes(manifests().resolve("labels.txt")));
    assertEquals(
        List.of(List.of("org.example:models:1.0", "org.example:labels:2.0")), maven.starts);
    assertEquals(List.of("lock"), names(cache()));
    assertTrue(said().contains("fetching 2 files (26 B) from 2 jars by Maven ..."), said());
    assertTrue(said().contains("fetched models/model.onnx (18 B)"), said());
  }

  @Test
  void startsAndWritesNothingWhenAllIsThere() throws IOException {
    fetch(stage(model(MODEL)));
    Files.delete(cache().resolve("lock"));
    maven.starts.clear();

    var outcome = fetch(stage(model(MODEL)));

    assertEquals(new Fetcher.Outcome(List.of(), 1), outcome);
    assertEquals(List.of(), maven.starts);
    assertEquals(List.of(), names(cache()));
  }

  @Test
  void replacesAFileOfAnotherContent() throws IOException {
    Files.createDirectories(models());
    Files.write(model(), new byte[MODEL.length]);

    fetch(stage(model(MODEL)));

    assertArrayEquals(MODEL, Files.readAllBytes(model()));
  }

  @Test
  void repairsWhatAKilledProcessLeft() throws IOException {
    Files.createDirectories(cache().resolve("work-1/deeper"));
    Files.write(cache().resolve("work-1/0.part"), new byte[5]);
    Files.createDirectories(models());
    Files.write(model().resolveSibling(".model.onnx.weft-part"), new byte[5]);

    fetch(stage(model(MODEL)));

    assertEquals(List.of("lock"), names(cache()));
    assertEquals(List.of("model.onnx"), names(models()));
  }

  @Test
  void refusesContentOfAnotherDigestAndLeavesNothing() throws IOException {
    var other = "WEIGHTS AND BIASES".getBytes(UTF_8);

    var problem = failure(stage(model(other)));

    assertTrue(problem.startsWith("'m/model.onnx' of org.example:models:1.0: SHA-256 "), problem);
    assertTrue(problem.contains("(expected: " + sha256(other)), problem);
    assertFalse(Files.exists(model()));
    assertEquals(List.of("lock"), names(cache()));
  }

  @Test
  void writesNoMoreThanThePinnedSize() {
    var problem = failure(stage(model("weights".getBytes(UTF_8))));

    assertTrue(problem.contains("more bytes (expected: 7 bytes"), problem);
  }

  @Test
  void namesWhatTheJarDoesNotHold() {
    var artifact = artifact("models/model.onnx", MODEL, "maven:org.example:models:1.0!/x.onnx");

    var problem = failure(stage(artifact));

    assertTrue(problem.contains("org.example:models:1.0: no file 'x.onnx' in it"), problem);
  }

  @Test
  void passesOnWhatMavenSaysAndLeavesNothing() throws IOException {
    var artifact = artifact("models/model.onnx", MODEL, "maven:org.example:gone:1.0!/model.onnx");

    var problem = failure(stage(artifact));

    assertEquals("Maven failed: Could not find artifact org.example:gone:1.0", problem);
    assertEquals(List.of("lock"), names(cache()));
  }

  @Test
  void refusesASourceItDoesNotKnow() {
    var problem = failure(stage(artifact("m.onnx", MODEL, "https://example.org/m.onnx")));

    assertEquals(
        "source: 'https://example.org/m.onnx' (expected: maven:group:artifact:version!/entry)",
        problem);
  }

  @Test
  void neverWritesOutsideTheManifestsFolder() throws IOException {
    Files.createDirectories(folder.resolve("elsewhere"));
    Files.createSymbolicLink(manifests().resolve("models"), folder.resolve("elsewhere"));

    var linked = failure(stage(model(MODEL)));
    var above =
        failure(stage(artifact("../m.onnx", MODEL, "maven:org.example:models:1.0!/m/model.onnx")));

    assertTrue(linked.contains("(expected: a path below the manifest's own folder)"), linked);
    assertTrue(above.contains("'../m.onnx'"), above);
    assertEquals(List.of(), names(folder.resolve("elsewhere")));
  }

  @Test
  void namesACacheFolderItCannotWriteTo() throws IOException {
    Files.write(folder.resolve(".weft"), new byte[0]);

    var problem = failure(stage(model(MODEL)));

    assertTrue(problem.startsWith("cannot write to folder '%s'".formatted(cache())), problem);
    assertTrue(problem.endsWith("(expected: a folder this user may write to)"), problem);
  }

  @Test
  void waitsForAnotherFetchAndDoesNotRepeatItsWork() throws Exception {
    var first = new ArrayList<Fetcher.Outcome>();
    var second = new ArrayList<Future<Fetcher.Outcome>>();
    try (var executor = Executors.newSingleThreadExecutor()) {
      maven.before(
          () -> {
            second.add(executor.submit(() -> fetch(stage(model(MODEL)))));
            while (!said().contains("is fetching; waiting")) {
              LockSupport.parkNanos(1_000_000);
            }
          });
      first.add(fetch(stage(model(MODEL))));

      assertEquals(1, first.getFirst().fetched().size());
      assertEquals(new Fetcher.Outcome(List.of(), 1), second.getFirst().get());
    }
    var pid = ProcessHandle.current().pid();
    assertTrue(said().contains("another weft process (pid %d) is fetching".formatted(pid)), said());
    assertEquals(1, maven.starts.size());
  }

  @Test
  void waitsForAnotherProcessAndRepairsWhatItLeftWhenKilled() throws Exception {
    var other = startHeldFetch();
    Future<Fetcher.Outcome> waiting;
    try (var executor = Executors.newSingleThreadExecutor()) {
      waiting = executor.submit(() -> fetch(stage(model(MODEL))));
      while (!said().contains("; waiting")) {
        LockSupport.parkNanos(1_000_000);
      }
      assertTrue(
          said().contains("another weft process (pid %d) is fetching".formatted(other.pid())),
          said());
      assertTrue(names(cache()).contains("work-" + other.pid()), names(cache()).toString());
      assertFalse(Files.exists(model()));

      other.destroyForcibly().waitFor();

      assertEquals(List.of(model()), waiting.get().fetched());
    }
    assertArrayEquals(MODEL, Files.readAllBytes(model()));
    assertEquals(List.of("lock"), names(cache()));
  }

  /** Another process in the middle of its fetch. */
  private Process startHeldFetch() throws IOException {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                HeldFetch.class.getName(),
                cache().toString(),
                model().toString(),
                sha256(MODEL),
                Integer.toString(MODEL.length))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Files.createDirectories(models());
    assertEquals("inside", process.inputReader().readLine());
    return process;
  }

  private Fetcher.Outcome fetch(StageManifest stage) {
    var stream = new PrintStream(said, true, UTF_8);
    var progress = new Console(stream, stream, false).progress();
    return new Fetcher(cache(), maven, progress).fetch(List.of(stage));
  }

  private String failure(StageManifest stage) {
    var problem = assertThrows(FetchException.class, () -> fetch(stage));
    return String.valueOf(problem.getMessage());
  }

  private StageManifest stage(Artifact... artifacts) {
    return Stages.pinning(manifests().resolve("stage.yaml"), artifacts);
  }

  private String said() {
    return said.toString(UTF_8);
  }

  private static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private Artifact model(byte[] content) {
    return artifact("models/model.onnx", content, "maven:org.example:models:1.0!/m/model.onnx");
  }

  private Artifact labels() {
    return artifact("labels.txt", LABELS, "maven:org.example:labels:2.0!/labels.txt");
  }

  private Artifact artifact(String file, byte[] content, String source) {
    return new Artifact(
        file,
        manifests().resolve(file).normalize(),
        sha256(content),
        content.length,
        Optional.of(source));
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
