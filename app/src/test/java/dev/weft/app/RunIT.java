package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft run} on models small enough to be made on the spot. */
class RunIT {

  @TempDir private Path folder;
  private String model = "";
  private String pipeline = "";
  private String input = "";

  @BeforeEach
  void write() throws IOException {
    model = Manifests.classifier(folder).toString();
    input = Manifests.input(folder).toString();
    pipeline = Manifests.pipeline(Files.createDirectory(folder.resolve("m"))).toString();
  }

  @Test
  void runsABareModel() {
    var ended = run(model, "--input", "features=" + input);

    assertEquals(0, ended.code(), ended.err());
    assertEquals("logits FP32[1, 2] [[4.0, 6.0]]", ended.lines().getFirst());
    assertTrue(ended.out().contains("\nmodel  classifier@default"), ended.out());
    assertTrue(ended.out().contains("\ntotal "), ended.out());
  }

  @Test
  void printsNothingButObjectsWithJson() throws IOException {
    var saved = folder.resolve("y.json");

    var ended =
        run(
            pipeline,
            "--input",
            "x=" + input,
            "--json",
            "--repeat",
            "50",
            "--parallel",
            "4",
            "--save",
            "y=" + saved);

    assertEquals(0, ended.code(), ended.err());
    var objects = ended.lines().stream().map(Json::readObject).toList();
    assertEquals(2, objects.size());
    assertEquals("completed", objects.getFirst().get("outcome"));
    var tensor =
        Map.of("datatype", "FP32", "shape", List.of(1L, 4L), "data", List.of(1.0, 2.0, 3.0, 4.0));
    assertEquals(Map.of("y", tensor), objects.getFirst().get("outputs"));
    assertEquals(tensor, Json.readObject(Files.readString(saved)));
    assertEquals(50L, objects.getLast().get("completed"));
    assertTrue(objects.getLast().get("steps") instanceof List<?> steps && steps.size() == 2);
    assertEquals("", ended.err());
  }

  @Test
  void sumsUpRepeatedFramesForAPerson() {
    var ended = run(pipeline, "--input", "x=" + input, "--repeat", "20");

    assertTrue(
        ended.out().contains("20 frames: 20 completed, 0 failed, 0 dropped in "), ended.out());
    assertTrue(ended.out().contains(" frames per second\n"), ended.out());
  }

  @Test
  void tellsWhatWasSkippedAndWhy() {
    var ended = run(pipeline, "--input", "x=" + input, "--gate", "again=off");

    assertEquals(0, ended.code(), ended.err());
    assertTrue(ended.out().contains("\nskipped, as the gate is off: second\n"), ended.out());
  }

  @Test
  void runsTheVariantThatIsChosen() {
    var ended = run(pipeline, "--input", "x=" + input, "--variant", "second=two");

    assertTrue(ended.out().matches("(?s).*\nfirst +pass@one .*\nsecond +pass@two .*"), ended.out());
  }

  @Test
  void findsThePipelineInAFolder() {
    var ended = run(folder.resolve("m").toString(), "--input", "x=" + input);

    assertEquals(0, ended.code(), ended.err());
    wrongUse("pipeline: 'thrice' (expected: one of twice)", "--pipeline", "thrice");
  }

  @Test
  void listsWhatThePipelineTakesWhenAnInputIsMissingOrUnknown() {
    for (var given : List.of(List.<String>of(), List.of("--input", "z=" + input))) {
      var ended =
          run(given.isEmpty() ? List.of(pipeline) : List.of(pipeline, "--input", given.get(1)));

      assertEquals(2, ended.code());
      assertTrue(ended.err().contains("pipeline 'twice' takes:\n  x FP32[1, 4]\n"), ended.err());
    }
  }

  @Test
  void flagsThatMakeNoSenseAreWrongUse() {
    wrongUse("--repeat: '0' (expected: a whole number >= 1, or 'forever')", "--repeat", "0");
    wrongUse("--parallel: 9 (expected: <= 8, the pipeline's maxInFlight)", "--parallel", "9");
    wrongUse(
        "--lane: 'fast' (expected: one of perception, interactive, background, shadow)",
        "--lane",
        "fast");
    wrongUse(
        "--deadline: 'soon' (expected: a time such as 100ms or 2s, at most 24h)",
        "--deadline",
        "soon");
    wrongUse("--gate again: 'open' (expected: on or off)", "--gate", "again=open");
    wrongUse("--gate: 'agian' (expected: one of again)", "--gate", "agian=on");
    wrongUse(
        "--save: 'y.bin' (expected: a file ending in .npy, .json or .txt)", "--save", "y=y.bin");
    wrongUse("--save: output 'z' (expected: one of y)", "--save", "z=z.npy");
    wrongUse("step: 'first' (expected: one of first/a, first/b, second)", "--variant", "first=two");
    wrongUse(
        "variant: 'three' of stage 'pass' (expected: one of one, two, broken)",
        "--variant",
        "second=three");
  }

  @Test
  void aMissingFileIsNamed() {
    failed(
        "gone.yaml: not there (expected: a manifest", run(folder.resolve("gone.yaml").toString()));
    failed(
        "gone.onnx: not there (expected: an ONNX model)",
        run(folder.resolve("gone.onnx").toString()));
    failed("no such file (expected: input 'x FP32[1, 4]')", run(pipeline, "--input", "x=gone.npy"));
  }

  @Test
  void aModelThatIsNoneIsNamed() throws IOException {
    var broken = Files.writeString(folder.resolve("broken.onnx"), "this is no model").toString();

    failed("broken.onnx", run(broken, "--input", "x=" + input));
  }

  @Test
  void aFileOfAnotherDigestIsRefused() {
    failed(
        "'broken.onnx' has SHA-256 ",
        run(pipeline, "--input", "x=" + input, "--variant", "second=broken"));
  }

  @Test
  void inputOfAnotherShapeOrWithoutNumbersIsRefused() throws IOException {
    var flat = Files.writeString(folder.resolve("flat.json"), "[[1, 2, 3]]");
    var text = Files.writeString(folder.resolve("text.json"), "[[\"a\", \"b\", \"c\", \"d\"]]");

    failed("'x': FP32[1, 3] (expected: FP32[1, 4])", run(pipeline, "--input", "x=" + flat));
    failed("text.json", run(pipeline, "--input", "x=" + text));
    failed("text (expected: 'x FP32[1, 4]')", run(pipeline, "--input", "x=text:words"));
  }

  @Test
  void anInputGivenTwiceIsWrongUse() {
    var ended = run(pipeline, "--input", "x=" + input, "--input", "x=" + input);

    assertEquals(2, ended.code());
    assertTrue(ended.err().contains("--input: 'x' twice (expected: once)"), ended.err());
  }

  @Test
  void aDroppedFrameIsAFailure() {
    var ended = run(pipeline, "--input", "x=" + input, "--deadline", "1us");

    assertEquals(1, ended.code());
    assertTrue(ended.err().contains("DEADLINE_EXCEEDED"), ended.err());
  }

  @Test
  void aControlSocketWhereAFileStandsIsRefused() {
    failed(
        "a file or folder is there (expected: a free path)",
        run(pipeline, "--input", "x=" + input, "--repeat", "2", "--control", input));
  }

  private void wrongUse(String message, String... flags) {
    var args = new ArrayList<>(List.of(pipeline, "--input", "x=" + input));
    args.addAll(List.of(flags));
    var ended = run(args);
    assertEquals(2, ended.code(), ended.err());
    assertEquals(
        List.of("weft: " + message, "see 'weft run --help'"), ended.err().lines().toList());
  }

  private static void failed(String message, Cli.Ended ended) {
    assertEquals(1, ended.code(), ended.err());
    assertTrue(ended.err().contains(message), ended.err());
    assertTrue(
        !ended.err().contains("internal error") && !ended.err().contains("\tat "), ended.err());
  }

  private Cli.Ended run(String... args) {
    return run(List.of(args));
  }

  private Cli.Ended run(List<String> args) {
    var all = new ArrayList<>(List.of("run"));
    all.addAll(args);
    return Cli.run(folder, all.toArray(String[]::new));
  }
}
