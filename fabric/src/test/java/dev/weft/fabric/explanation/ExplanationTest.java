package dev.weft.fabric.explanation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.ManifestDigest;
import dev.weft.fabric.manifest.ManifestSet;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.reading.FakeKinds;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.fabric.reading.ManifestTexts;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told of manifests to someone who sees them for the first time. */
class ExplanationTest {

  private final ManifestSet manifests = ManifestFiles.load(ManifestTexts.GOOD, FakeKinds.all());
  private final PipelineManifest pipeline = manifests.pipeline("name-the-animal").orElseThrow();

  @Test
  void drawsEveryStepOnceBelowTheLastItWaitsFor() {
    assertEquals(
        List.of(
            "(frame)",
            "└─ decode -> pixels",
            "   └─ resize -> resized",
            "      └─ embed [split precision] -> last/pool:0",
            "         └─ first -> label, score => answers first-score",
            "            └─ second [if max(first.score) < 0.5] [gate careful] + embed.last/pool:0"
                + " [else first.label, bias] -> label, score => answers label, score",
            "(bias)"),
        WiringDrawing.lines(pipeline, manifests.stages()));
  }

  @Test
  void tellsOfAPipelineWhatItTakesAnswersAndSkips() {
    var text = Explanation.of(pipeline, manifests.stages());

    assertContains(text, "Says which animal stands before the camera.");
    assertContains(text, "vision@example.org");
    assertContains(text, "digest    sha256:" + ManifestDigest.of(pipeline));
    assertContains(text, "100 ms from admission to answer");
    assertContains(text, "at most 8 frames inside at once");
    assertContains(text, "bias   FP32[1, 1]; may be left out");
    assertContains(
        text,
        "score        second.score; may be absent: gate 'careful' may be off; then step 'second'"
            + " is skipped; and stand-in 'bias' may be absent: input 'bias' is not required");
    assertContains(
        text,
        "Skipped when gate 'careful' is off, or when 'max(first.score) < 0.5' does not hold, or"
            + " when stage 'nearest' fails (it is optional here). Then label is taken from"
            + " first.label, score is taken from bias.");
    assertContains(text, "Then label is unknown of shape [1], score is 0 of shape [1, 1].");
    assertContains(text, "off at start. A second look where the first was unsure.");
    assertContains(text, "a gets 90.00 % (stage embed, variant int8)");
    assertContains(text, "Frames of one session meet the same arm.");
    assertContains(text, "95 of 100 runs within 15 ms, 120 MiB for each loaded variant");
  }

  @Test
  void tellsOfAStageWhatItRunsAndWhatThatTakes() {
    var stage = manifests.stage("embed").orElseThrow();
    var text = Explanation.of(stage, FakeKinds.all());

    assertContains(text, "digest    sha256:" + ManifestDigest.of(stage));
    assertContains(text, "takes  input FP32[batch, 3, 224, 224] NCHW");
    assertContains(text, "gives  last/pool:0 FP32[batch, 384] embedding");
    assertContains(text, "int8, precision int8, options {optimization=basic}");
    for (var variant : stage.variants()) {
      assertContains(text, "sha256 " + variant.artifact().orElseThrow().sha256());
    }
    assertContains(text, "fetched from maven:org.example:models:1.0!/embed-int8.onnx");
    assertContains(text, "nodes of class nano, standard");
    assertContains(text, "the one that just came is dropped");
  }

  @Test
  void tellsOfANodeWhereItStandsAndWhatItHas() {
    var text = Explanation.of(manifests.node("stall-7").orElseThrow());

    assertContains(text, "The box under the counter.");
    assertContains(text, "at the edge");
    assertContains(text, "2 inference loops");
    assertContains(text, "at most 512 MiB");
  }

  /** Whether {@code text} says {@code part}, however its lines are wrapped. */
  private static void assertContains(String text, String part) {
    var flat = text.replaceAll("\\n +", " ").replaceAll("\\s+", " ");
    assertTrue(flat.contains(part.replaceAll("\\s+", " ")), "'%s' in%n%s".formatted(part, text));
  }
}
