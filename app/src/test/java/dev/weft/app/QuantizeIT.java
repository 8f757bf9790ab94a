package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.json.Json;
import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft quantize} as a person and a program use it. */
class QuantizeIT {

  private static final int WIDTH = 64;

  @TempDir private Path folder;
  private Path model = Path.of("");

  @BeforeEach
  void write() throws IOException {
    model = Files.write(folder.resolve("chain.onnx"), TinyModels.matMulChain(WIDTH, 3));
  }

  private Cli.Ended quantize(String... args) {
    var all = new ArrayList<>(List.of("quantize", model.toString()));
    all.addAll(List.of(args));
    return Cli.run(folder, all.toArray(String[]::new));
  }

  private Map<String, Object> object(Cli.Ended ended) {
    assertEquals(0, ended.code(), ended.err());
    return Json.readObject(ended.out().strip());
  }

  /** A folder with a folder for each run, each with a file for the input. */
  private Path samples() throws IOException {
    var samples = Files.createDirectory(folder.resolve("samples"));
    for (var run = 0; run < 4; run++) {
      var row = new StringBuilder();
      for (var i = 0; i < WIDTH; i++) {
        row.append(i == 0 ? "" : ", ").append((i * 7 + run * 3) % 11 / 5.0 - 1);
      }
      var of = Files.createDirectory(samples.resolve("run" + run));
      Files.writeString(of.resolve("x.json"), "[[" + row + "]]");
    }
    return samples;
  }

  private static Object field(Map<?, ?> object, String name) {
    return Objects.requireNonNull(object.get(name), name);
  }

  private static Map<?, ?> map(Map<String, Object> object, String name) {
    return (Map<?, ?>) field(object, name);
  }

  private static List<?> list(Map<String, Object> object, String name) {
    return (List<?>) field(object, name);
  }

  /** A figure of the only output. */
  private static double error(Map<String, Object> told, String figure) {
    var error = (Map<?, ?>) list(told, "errors").getFirst();
    assertEquals("y", error.get("output"));
    return ((Number) field(error, figure)).doubleValue();
  }

  @Test
  void aModelAndItsRecipeAreWrittenAndJudgedOnRecordedInputs() throws IOException {
    for (var method : List.of("int8-dynamic", "int8-static", "int4", "fp16")) {
      var told = object(quantize("--to", method, "--calibrate", samples().toString(), "--json"));

      var file = folder.resolve("chain.%s.onnx".formatted(method));
      assertEquals(file.toString(), told.get("file"));
      assertEquals(Files.size(file), told.get("bytes"));
      assertTrue(Files.size(file) < Files.size(model), method);
      var recipe = Files.readString(folder.resolve(file.getFileName() + ".recipe.json"));
      assertEquals(map(told, "recipe").get("source"), Json.readObject(recipe).get("source"));
      assertEquals("recorded", told.get("inputs"));
      assertEquals(4L, told.get("frames"));
      assertTrue(error(told, "cosine") > 0.98, told.toString());
      assertEquals(told.get("offered"), !told.containsKey("reason"));
      assertEquals(21L, map(told, "speedUp").get("rounds"));
      deleteSamples();
    }
  }

  private void deleteSamples() throws IOException {
    try (var paths = Files.walk(folder.resolve("samples"))) {
      for (var path : paths.sorted(Collections.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  @Test
  void theSameCommandWritesTheSameBytes() throws IOException {
    var samples = samples().toString();
    var first = folder.resolve("first.onnx");
    var second = folder.resolve("second.onnx");
    for (var out : List.of(first, second)) {
      object(
          quantize(
              "--to", "int8-static", "--calibrate", samples, "--out", out.toString(), "--json"));
    }
    assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(second));
  }

  @Test
  void aTraceServesAsRecordedInputs() throws IOException {
    var input = samples().resolve("run1/x.json");
    var trace = folder.resolve("runs.weft");
    var run =
        Cli.run(
            folder,
            "run",
            Manifests.of(model, WIDTH).toString(),
            "--input",
            "x=" + input,
            "--repeat",
            "5",
            "--trace",
            trace.toString());
    assertEquals(0, run.code(), run.err());

    var told = object(quantize("--to", "int8-dynamic", "--calibrate", trace.toString(), "--json"));

    assertEquals(5L, told.get("frames"));
    assertTrue(map(told, "recipe").containsKey("calibration"));
    var missing =
        quantize("--to", "int4", "--calibrate", trace.toString(), "--map", "x=model.nothing");
    assertEquals(2, missing.code());
    assertTrue(missing.err().contains("there is no 'model.nothing'"), missing.err());
  }

  @Test
  void withoutRecordedInputsNothingIsOffered() {
    var told = object(quantize("--to", "int8-dynamic", "--json"));
    assertEquals("generated", told.get("inputs"));
    assertEquals(false, told.get("offered"));

    var text = quantize("--to", "int8-dynamic");
    assertEquals(0, text.code());
    assertTrue(text.out().contains("not offered as an upgrade: "), text.out());
    assertFalse(text.out().contains("variants:"), text.out());
  }

  @Test
  void layersAreKeptByNameAndForABudget() throws IOException {
    var samples = samples().toString();
    var named =
        object(
            quantize(
                "--to", "int4", "--calibrate", samples, "--keep", "MatMul_product0", "--json"));
    assertEquals(List.of("MatMul_product0"), map(named, "recipe").get("keep"));

    var whole = object(quantize("--to", "int4", "--calibrate", samples, "--json"));
    var budget = error(whole, "relativeL2") * 0.9;
    var held =
        object(quantize("--to", "int4", "--calibrate", samples, "--budget", "" + budget, "--json"));
    assertTrue(error(held, "relativeL2") <= budget, held.toString());
    assertEquals(3, list(held, "sensitivity").size());
  }

  @Test
  void anInputThatIsNoNumberIsNamedWithItsRun() throws IOException {
    var samples = samples();
    Files.delete(samples.resolve("run2/x.json"));
    var values = new float[WIDTH];
    values[3] = Float.NaN;
    Files.write(samples.resolve("run2/x.npy"), npy(values));
    var refused = quantize("--to", "int8-static", "--calibrate", samples.toString());
    assertEquals(1, refused.code());
    assertTrue(
        refused.err().contains("samples/run2: input 'x': NaN at position 3 (expected: finite"),
        refused.err());
  }

  /** One row, as NumPy writes it. */
  private static byte[] npy(float[] row) {
    var head = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, %d), }".formatted(row.length);
    var padded = head + " ".repeat(117 - head.length()) + "\n";
    var bytes = ByteBuffer.allocate(128 + 4 * row.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    bytes.put((byte) 1).put((byte) 0).putShort((short) padded.length());
    bytes.put(padded.getBytes(StandardCharsets.US_ASCII));
    for (var value : row) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  @Test
  void whatTheModelIsMadeOfIsNotOverwritten() throws IOException {
    var weights = folder.resolve("ext.bin");
    Files.write(weights, new byte[16]);
    Files.write(folder.resolve("ext.bin.recipe.json"), new byte[16]);
    Files.createSymbolicLink(folder.resolve("link.bin"), weights);
    Files.write(model, TinyModels.externalData("ext.bin"));
    var trace = Files.write(folder.resolve("runs.weft"), new byte[] {1});

    assertKept("ext.bin", "holds weights of the model");
    assertKept("link.bin", "holds weights of the model");
    assertKept("sub/../chain.onnx", "is the model");
    assertKept("runs.weft", "holds the recorded inputs", "--calibrate", trace.toString());
    Files.write(model, TinyModels.externalData("ext.bin.recipe.json"));
    assertKept("ext.bin", "'ext.bin.recipe.json' beside it holds weights of the model");
  }

  private void assertKept(String out, String why, String... more) throws IOException {
    Files.createDirectories(folder.resolve("sub"));
    var args = new ArrayList<>(List.of("--to", "fp16", "--out", folder.resolve(out).toString()));
    args.addAll(List.of(more));
    var before = contents();

    var refused = quantize(args.toArray(String[]::new));

    assertEquals(2, refused.code(), refused.err());
    assertEquals(
        "weft: --out: '%s': %s (expected: another file than those that are read)"
            .formatted(folder.resolve(out), why),
        refused.err().lines().findFirst().orElse(""));
    assertEquals(before, contents());
  }

  /** Every file of the folder, with what it holds in hex. */
  private Map<String, String> contents() throws IOException {
    var contents = new TreeMap<String, String>();
    try (var paths = Files.walk(folder)) {
      for (var path : paths.filter(Files::isRegularFile).toList()) {
        contents.put(path.toString(), HexFormat.of().formatHex(Files.readAllBytes(path)));
      }
    }
    return contents;
  }

  @Test
  void aTargetThatCannotBeWrittenIsRefusedBeforeAnyWork() throws IOException {
    var models = Files.createDirectory(folder.resolve("models"));
    assertUnwritable(models, "is a folder (expected: a file)");
    assertUnwritable(folder.resolve("no/x.onnx"), "(expected: a file in a folder that is there)");
    assertUnwritable(model.resolve("x.onnx"), "(expected: a file in a folder that is there)");
    var longest = folder.resolve("x".repeat(240) + ".onnx");
    assertUnwritable(longest, "(expected: a file in a folder that can be written to)");
    Files.createDirectory(folder.resolve("x.onnx.recipe.json"));
    assertUnwritable(
        folder.resolve("x.onnx"), "'x.onnx.recipe.json' beside it is a folder (expected: a file)");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFolderThatTakesNoFilesIsRefusedBeforeAnyWork() throws IOException {
    assertUnwritable(
        Path.of("/proc/x.onnx"),
        "cannot be made in its folder: it takes no files (expected: a file in a folder that can be"
            + " written to)");
  }

  private void assertUnwritable(Path out, String why) throws IOException {
    var before = contents();

    var refused = quantize("--to", "int4", "--out", out.toString());

    assertEquals(2, refused.code(), refused.err());
    var line = refused.err().lines().findFirst().orElse("");
    assertTrue(line.startsWith("weft: --out: '%s'".formatted(out)), line);
    assertTrue(line.endsWith(why), line);
    assertEquals(before, contents());
  }

  @Test
  void whatCannotBeDoneIsSaidInALine() throws IOException {
    assertEquals(2, quantize("--to", "bf16").code());
    assertTrue(quantize("--to", "bf16").err().contains("int8-dynamic, int8-static, int4, fp16"));
    assertEquals(2, quantize("--to", "int4", "--out", model.toString()).code());
    assertEquals(1, quantize("--to", "int8-static").code());
    assertEquals(1, quantize("--to", "int4", "--keep", "nobody").code());
    var budget = quantize("--to", "int4", "--budget", "0.1");
    assertEquals(2, budget.code());
    assertTrue(budget.err().contains("--budget: no --calibrate (expected: recorded inputs; "));

    Files.write(model, TinyModels.empty());
    var nothing = quantize("--to", "int4");
    assertEquals(1, nothing.code());
    assertTrue(nothing.err().contains("nothing in it can become int4"), nothing.err());

    Files.writeString(model, "no model");
    var broken = quantize("--to", "int4");
    assertEquals(1, broken.code());
    assertTrue(broken.err().contains("chain.onnx"), broken.err());
  }
}
