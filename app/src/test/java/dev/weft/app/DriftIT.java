package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft drift estimate} on frames that {@code weft run} recorded. */
class DriftIT {

  private static final int FRAMES = 60;
  private static final List<String> SESSIONS = List.of("a", "b", "c");

  @TempDir private Path folder;
  private String trace = "";

  @BeforeEach
  void record() throws IOException {
    var pipeline = Manifests.classifying(Files.createDirectory(folder.resolve("m")));
    trace = folder.resolve("frames").toString();
    // Class 0 adds up 1 and 3, class 1 adds up 2 and 4: the recorded variant says 1.
    for (var session : SESSIONS) {
      var ended =
          weft(
              "run",
              pipeline.toString(),
              "--input",
              "features=" + Manifests.input(folder),
              "--repeat",
              String.valueOf(FRAMES / SESSIONS.size()),
              "--attribute",
              "session=" + session,
              "--trace-folder",
              trace);
      assertEquals(0, ended.code(), ended.err());
    }
  }

  @Test
  void tellsTheChangeOfAccuracyThatLabelsShow() throws IOException {
    var labels = labels(36);

    var ended = estimate("swapped", "--labels", labels, "--json");

    assertEquals(0, ended.code(), ended.err());
    var object = Json.readObject(ended.out());
    assertEquals((long) FRAMES, object.get("judged"), ended.out());
    assertEquals(0.6, of(object, "recorded", "estimate"));
    assertEquals(0.4, of(object, "candidate", "estimate"));
    assertEquals(-0.2, of(object, "change", "estimate"), 1e-9);
    assertTrue(of(object, "change", "lower") < -0.2 && of(object, "change", "upper") > -0.2);
    assertEquals(false, object.get("pseudoLabels"));
    assertEquals(10, object.get("worst") instanceof List<?> worst ? worst.size() : 0);
    var printed = estimate("swapped", "--labels", labels).out();
    assertTrue(printed.contains("change     -20.00 points (95 %: "), printed);
    assertTrue(
        printed.contains("note       3 sessions, worth 3.0 of equal size (expected: >= 10)"),
        printed);
  }

  @Test
  void oneSessionGivesAnEstimateWithoutAnIntervalAndExitCodeOne() {
    var ended = estimate("swapped", "--session", "a", "--json");

    assertEquals(1, ended.code(), ended.err());
    var object = Json.readObject(ended.out());
    assertEquals(false, object.get("hasInterval"));
    assertEquals(-1.0, of(object, "change", "estimate"));
    assertEquals(Map.of("estimate", -1.0), object.get("change"));
    var printed = estimate("swapped", "--session", "a").out();
    assertTrue(printed.contains("change     -100.00 points (no interval)"), printed);
    assertTrue(
        printed.contains("note       1 session (expected: >= 2): how much sessions differ"),
        printed);
  }

  @Test
  void withoutLabelsTheRecordedAnswersStandForTheTruth() {
    var same = Json.readObject(estimate("again", "--json").out());
    assertEquals(0.0, of(same, "change", "estimate"));
    assertEquals(true, same.get("pseudoLabels"));
    assertEquals(List.of(), same.get("worst"));

    var swapped = Json.readObject(estimate("swapped", "--json").out());
    assertEquals(-1.0, of(swapped, "change", "estimate"));
  }

  @Test
  void withoutLabelsNoGainIsPossibleAndNoneIsPromised() {
    var same = Json.readObject(estimate("again", "--json").out());
    assertEquals(0.0, of(same, "change", "upper"));
    assertTrue(of(same, "change", "lower") < 0, same.toString());
    assertEquals(
        Map.of("estimate", 1.0, "lower", 1.0, "upper", 1.0), same.get("recorded"), same.toString());

    var printed = estimate("again").out();
    assertTrue(printed.contains("recorded   right by definition\n"), printed);
    assertTrue(printed.contains("change     0.00 points (95 %: -"), printed);
    assertTrue(printed.contains(" to 0.00), 0 frames differ"), printed);
    assertTrue(
        printed.contains("note       without labels the recorded variant is right by definition"),
        printed);
  }

  @Test
  void namesWhatIsWrong() throws IOException {
    assertWrong("step: 'nine' (expected: one of [classify])", "nine", "swapped");
    assertWrong("variant: 'nine' of stage 'classify'", "classify", "nine");
    var bad = Files.writeString(folder.resolve("bad.csv"), "session,number,label\na,first,1\n");
    var ended = estimate("swapped", "--labels", bad.toString());
    assertEquals(2, ended.code());
    assertTrue(
        ended.err().contains("bad.csv:2: number: 'first' (expected: a whole number >= 0)"),
        ended.err());
    var output = estimate("swapped", "--output", "boxes");
    assertEquals(2, output.code());
    assertTrue(
        output.err().contains("--output: 'boxes' (expected: one of [logits])"), output.err());
  }

  @Test
  void aLabelThatNoAnswerCouldBeIsRefusedWithItsLine() throws IOException {
    var good = Files.readString(Path.of(labels(36)));
    var line = good.lines().toList().indexOf("a,3,1") + 1;
    for (var wrong : List.of("dog", "2", "-1")) {
      var file = folder.resolve("wrong.csv");
      Files.writeString(file, good.replaceFirst("(?m)^a,3,1$", "a,3," + wrong));

      var ended = estimate("swapped", "--labels", file.toString());

      assertEquals(2, ended.code(), ended.out());
      var message =
          "wrong.csv:%d: label: '%s' (expected: the position of the largest of 2 scores, from 0 to 1;"
              .formatted(line, wrong);
      assertTrue(ended.err().contains(message), ended.err());
    }
  }

  @Test
  void labelsOfNoComparedFrameAreToldWithTheFirstOfThem() throws IOException {
    var labels = Path.of(labels(36));
    Files.writeString(labels, Files.readString(labels) + "a,9999,1\nz,1,no frame, so no matter\n");

    var printed = estimate("swapped", "--labels", labels.toString());
    var object = Json.readObject(estimate("swapped", "--labels", "" + labels, "--json").out());

    assertEquals(0, printed.code(), printed.err());
    var first = "%s:%d: number 9999 of session 'a'".formatted(labels, FRAMES + 2);
    assertTrue(
        printed.out().contains("           2 of no compared frame, the first at " + first),
        printed.out());
    assertEquals(2L, object.get("unmetLabels"));
    assertEquals(first, object.get("firstUnmetLabel"));
    assertEquals((long) FRAMES, object.get("judged"));
  }

  @Test
  void labelsOfOtherFramesJudgeNothing() throws IOException {
    var other = Files.writeString(folder.resolve("o.csv"), "session,number,label\nz,1,1\n");

    var ended = estimate("swapped", "--labels", other.toString());

    assertEquals(1, ended.code());
    assertTrue(ended.out().contains("no frame to judge by"), ended.out());
  }

  /** Class 1 for the first {@code ones} frames of the trace, class 0 for the others. */
  private String labels(int ones) throws IOException {
    var lines = new StringBuilder("session,number,label\n");
    var seen = 0;
    var shown = weft("trace", "show", trace, "--limit", String.valueOf(FRAMES), "--json").out();
    for (var line : shown.lines().toList()) {
      var frame = Json.readObject(line);
      if (!frame.containsKey("number")) {
        continue;
      }
      var label = seen++ < ones ? 1 : 0;
      lines.append("%s,%s,%d%n".formatted(frame.get("session"), frame.get("number"), label));
    }
    assertEquals(FRAMES, seen, shown);
    return Files.writeString(folder.resolve("labels.csv"), lines).toString();
  }

  private static double of(Map<String, Object> object, String field, String part) {
    var parts = (Map<?, ?>) object.getOrDefault(field, Map.of());
    if (parts.get(part) instanceof Number number) {
      return number.doubleValue();
    }
    throw new AssertionError("no %s of %s in %s".formatted(part, field, object));
  }

  private void assertWrong(String message, String step, String variant) {
    var ended = weft("drift", "estimate", "--trace", trace, "--step", step, "--variant", variant);
    assertEquals(2, ended.code(), ended.out());
    assertTrue(ended.err().contains(message), ended.err());
  }

  private Cli.Ended estimate(String variant, String... more) {
    var args =
        new java.util.ArrayList<>(
            List.of(
                "drift", "estimate", "--trace", trace, "--step", "classify", "--variant", variant));
    args.addAll(List.of(more));
    return weft(args.toArray(String[]::new));
  }

  private Cli.Ended weft(String... args) {
    return Cli.run(folder, args);
  }
}
