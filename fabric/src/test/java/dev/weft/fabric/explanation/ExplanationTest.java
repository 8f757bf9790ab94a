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
            "         └─ first [load defer] -> label, score => answers first-score",
            "            └─ second [if max(first.score) < 0.5] [gate careful] [load skip, cheaper"
                + " few] [shadow few] + embed.last/pool:0 [else first.label, bias] -> label, score"
                + " => answers label, score",
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
    assertContains(text, "at most 8 frames with 64 MiB of inputs inside at once");
    assertContains(text, "let in even if, as it looks, it cannot make its deadline");
    assertContains(
        text,
        "frame and bias may come one by one; those of one camera whose times differ by at most"
            + " 40 ms become one frame. frame sets the pace. An input waits at most 100 ms for its"
            + " partners, then its frame goes on without them; at most 16 inputs of one camera"
            + " wait");
    assertContains(
        text,
        "frames may be in zone eu-de only. Of its stages, these are kept: embed (eu-de, eu-fr)");
    assertContains(
        text,
        "a frame that cannot be answered in time where it came: by another node of the site; else"
            + " by a node of role region at another site; else here by cheaper variants; else by"
            + " an earlier answer, marked as stale; else not at all, and the caller is told why");
    assertContains(
        text,
        "the answer to an earlier frame of the session, at most 5 min old; a node keeps at most"
            + " 16");
    assertContains(text, "bias   FP32[1, 1]; may be left out");
    assertContains(
        text,
        "score        second.score; may be absent: gate 'careful' may be off; then step 'second'"
            + " is skipped; and stand-in 'bias' may be absent: input 'bias' is not required");
    assertContains(
        text,
        "Skipped when gate 'careful' is off, or when 'max(first.score) < 0.5' does not hold, or"
            + " when stage 'nearest' fails (it is optional here). Under load (cpu > 0.95 or"
            + " slack < 20ms) it is skipped. Else, under load (cpu > 0.85) variant few runs"
            + " instead. Without it, label is taken from first.label, score is taken from bias. In"
            + " lane shadow, variant few is offered the same inputs of 10 % of the frames; what it"
            + " gives is not answered.");
    assertContains(
        text,
        "Under load (slack < 1ms) it is put off: the frame is answered without it, and it and"
            + " what depends on it run within 10 s after that, for a second answer.");
    assertContains(text, "slack  time to the frame's deadline less what its other steps");
    assertContains(text, "Without it, label is unknown of shape [1], score is 0 of shape [1, 1].");
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
    assertContains(text, "frames may be in zones eu-de, eu-fr only");
    assertContains(text, "a run is given up as hung after 5 s");
    assertContains(
        text,
        "before each replica wait at most 8 frames in lane shadow, 16 in lane perception,"
            + " 32 in lane interactive, 64 in lane background, and at most 16 MiB of inputs in"
            + " each lane; when a lane is full, the frame that came last is dropped");
    assertContains(
        text,
        "at most 8 frames and 32 MiB of inputs in one run: those that came while the run before"
            + " was under way; frames of several tenants may share it, those of several privacy"
            + " classes never share it");
    assertContains(
        Explanation.of(manifests.stage("resize").orElseThrow(), FakeKinds.all()),
        "process   one of its own");
    assertContains(text, "the same whatever shares its run");
  }

  @Test
  void tellsOfANodeWhereItStandsAndWhatItHas() {
    var text = Explanation.of(manifests.node("stall-7").orElseThrow());

    assertContains(text, "The box under the counter.");
    assertContains(text, "at the edge");
    assertContains(text, "site    berlin-7");
    assertContains(text, "zones   eu-de, eu");
    assertContains(text, "2 inference loops");
    assertContains(text, "at most 512 MiB");
  }

  @Test
  void tellsOfARolloutWhatWouldHappen() {
    var rollout = manifests.rollout("embed-fp32").orElseThrow();
    var text = Explanation.of(rollout, manifests.stages());

    assertContains(text, "Rollout embed-fp32 Has the larger form of the model answer.");
    assertContains(text, "digest    sha256:" + ManifestDigest.of(rollout));
    assertContains(text, "stage embed to variant fp32, where int8 runs unless a step says");
    assertContains(text, "at least 1 min at each step, at most 2 h without a verdict");
    assertContains(
        text,
        "a limit counts as kept from 300 runs or compared frames of 10 sessions on; one that is"
            + " open after 9000 stays open");
    assertContains(
        text,
        "too few   where callers bring too few in the shadow, both variants run recorded frames"
            + " there");
    assertContains(
        text,
        "of candidates beyond a limit at most 0.05 % are promoted, of those within all limits at"
            + " most 2 % rolled back");
    assertContains(
        text, "shadow  fp32 answers nobody; on 20 % of the frames it runs beside what answers");
    assertContains(
        text,
        "5 %     fp32 answers 5 % of the sessions; on 50 % of the frames the other variant runs as"
            + " well");
    assertContains(text, "100 %   fp32 answers everybody; on 20 % of the frames");
    assertContains(text, "p99 of what callers wait at most 1.25 times the other's");
    assertContains(text, "mean processor time per run at most 2 times the other's");
    assertContains(text, "failed runs  at most 0.1 %");
    assertContains(text, "last/pool:0  at most 2 % of the frames with cosine-distance above 0.05");
    assertContains(text, "last/pool:0  neighbours-lost at most 12.5 % in the mean");
    assertContains(text, "faults       a crash, a value that is no number");
    assertContains(text, "no verdict  it is rolled back");
    assertContains(
        text,
        "for 7 d the replaced variant runs as well on 1 % of the frames; if outputs drift, it comes"
            + " back");
    assertContains(
        text,
        "drift  is what no chance explains beyond 2 % flips, a KS distance of 0.05 or a PSI of"
            + " 0.125 in a window of 1000 frames; at most 0.01 % of normal windows sound an alarm");
    assertContains(
        Explanation.of(manifests.rollout("embed-briefly").orElseThrow(), manifests.stages()),
        "no verdict  it stays at the step until somebody says more");
    assertContains(
        Explanation.of(manifests.rollout("embed-briefly").orElseThrow(), manifests.stages()),
        "too few   where callers bring too few, it waits for more");
  }

  /** Whether {@code text} says {@code part}, however its lines are wrapped. */
  private static void assertContains(String text, String part) {
    var flat = text.replaceAll("\\n +", " ").replaceAll("\\s+", " ");
    assertTrue(flat.contains(part.replaceAll("\\s+", " ")), "'%s' in%n%s".formatted(part, text));
  }
}
