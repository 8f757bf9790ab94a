package dev.weft.fabric.reading;

import static dev.weft.fabric.reading.ManifestTexts.PIPELINE;
import static dev.weft.fabric.reading.ManifestTexts.STAGE;
import static dev.weft.fabric.reading.ManifestTexts.errors;
import static dev.weft.fabric.reading.ManifestTexts.read;
import static dev.weft.fabric.reading.ManifestTexts.shown;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.Batching;
import dev.weft.fabric.manifest.Degrade;
import dev.weft.fabric.manifest.Door;
import dev.weft.fabric.manifest.Isolation;
import dev.weft.fabric.manifest.LoadCondition;
import dev.weft.fabric.manifest.ManifestSet;
import dev.weft.fabric.manifest.Overflow;
import dev.weft.fabric.manifest.Pairing;
import dev.weft.fabric.manifest.QueueLimits;
import dev.weft.fabric.manifest.Shadow;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What manifests say of a data plane under pressure, and what is wrong with it. */
class PressureTest {

  private static final String STEP = "{name: double, stage: double, inputs: {x: x}";

  @TempDir Path folder;

  private static ManifestSet good() {
    return ManifestFiles.load(ManifestTexts.GOOD, FakeKinds.all());
  }

  @Test
  void readsWhatAStageDoesUnderPressure() {
    var stage = good().stage("embed").orElseThrow();

    assertEquals(Optional.of(Duration.ofSeconds(5)), stage.budget().hang());
    assertEquals(16 << 20, stage.queue().laneBytes());
    assertEquals(Overflow.DROP_NEWEST, stage.queue().overflow());
    assertEquals(new Batching(8, 32 << 20, true, false), stage.batching());
    assertEquals(Isolation.NONE, stage.isolation());
    assertEquals(Isolation.PROCESS, good().stage("resize").orElseThrow().isolation());
    assertEquals(
        List.of(true, true), stage.variants().stream().map(v -> v.batchInvariant()).toList());
  }

  @Test
  void readsWhatAPipelineDoesUnderPressure() {
    var pipeline = good().pipeline("name-the-animal").orElseThrow();

    assertEquals(new Door(8, 64 << 20, Door.Admission.OPEN), pipeline.door());
    assertEquals(
        Optional.of(
            new Pairing(
                "camera",
                List.of("frame", "bias"),
                Duration.ofMillis(40),
                Duration.ofMillis(100),
                16)),
        pipeline.pairing());
    assertEquals(
        List.of(new Degrade.Defer(condition("slack < 1ms"), Duration.ofSeconds(10))),
        pipeline.step("first").orElseThrow().degrade());
    var second = pipeline.step("second").orElseThrow();
    assertEquals(
        List.of(
            new Degrade.Skip(condition("cpu > 0.95 or slack < 20ms")),
            new Degrade.Cheaper(condition("cpu > 0.85"), "few")),
        second.degrade());
    assertEquals(Optional.of(new Shadow("few", 10)), second.shadow());
  }

  @Test
  void fillsWhatIsLeftOut() throws IOException {
    var step = STEP + ", degrade: [{do: defer, when: cpu > 0.9}], shadow: {variant: int8}}";
    var pipeline =
        PIPELINE
            .replace(STEP + "}", step)
            .replace("{y: double.y}", "{y: {from: double.y, required: false}}")
            .replace("[n]}", "[n]}\n  - {name: z, datatype: FP32, shape: [n], required: false}");
    var paired = pipeline + "pairing: {inputs: [x, z], tolerance: 1s, lateness: 1s}\n";
    var reading = read(folder, twoVariants(), paired);
    var once = reading.orThrow().pipeline("once").orElseThrow();

    assertEquals(Door.of(64), once.door());
    assertEquals("session", once.pairing().orElseThrow().by());
    assertEquals(Pairing.DEFAULT_WAITING, once.pairing().orElseThrow().maxWaiting());
    assertEquals(new Shadow("int8", 100), once.step("double").orElseThrow().shadow().orElseThrow());
    assertEquals(
        List.of(new Degrade.Defer(condition("cpu > 0.9"), Degrade.Defer.DEFAULT_WITHIN)),
        once.step("double").orElseThrow().degrade());
    var stage = good().stage("decode").orElseThrow();
    assertEquals(QueueLimits.defaults(), stage.queue());
    assertEquals(Batching.none(), stage.batching());
    assertEquals(Isolation.NONE, stage.isolation());
  }

  @Test
  void namesTheMeasuresWhereAConditionIsNone() throws IOException {
    var step = STEP + ", degrade: [{do: skip, when: cpu > 85 %}]}";

    assertEquals(
        List.of(
            "25:78: steps[0].degrade[0].when: 'cpu > 85 %' (expected: cpu, memory or queue compared"
                + " with a share from 0 to 1, level with a whole number from 0 to 3, or slack with"
                + " a time in us, ms or s; several joined by 'or', such as cpu > 0.85 or slack <"
                + " 20ms)"),
        errors(folder, STAGE, PIPELINE.replace(STEP + "}", step)));
  }

  @Test
  void anOutputMayNotHangOnAStepThatLoadStops() throws IOException {
    var expected =
        " (expected: always there; give the step a standIn, or write this output as"
            + " {from: double.y, required: false})";
    var skipped = STEP + ", degrade: [{do: skip, when: cpu > 0.9}]}";
    assertEquals(
        List.of(
            "26:14: outputs.y: double.y may be absent: the node may be loaded (cpu > 0.9); then"
                + " step 'double' is skipped"
                + expected),
        errors(folder, STAGE, PIPELINE.replace(STEP + "}", skipped)));

    var putOff = STEP + ", degrade: [{do: defer, when: queue >= 0.5}]}";
    assertEquals(
        List.of(
            "26:14: outputs.y: double.y may be absent: the node may be loaded (queue >= 0.5); then"
                + " step 'double' runs after the answer"
                + expected),
        errors(folder, STAGE, PIPELINE.replace(STEP + "}", putOff)));

    var standsIn = putOff.replace("}]}", "}], standIn: {y: x}}");
    assertEquals(List.of(), errors(folder, STAGE, PIPELINE.replace(STEP + "}", standsIn)));
  }

  @Test
  void anEntryBehindAMilderConditionIsNeverReached() throws IOException {
    var step =
        STEP
            + ", standIn: {y: x}, degrade: [{do: cheaper, variant: int8, when: cpu > 0.7},"
            + " {do: skip, when: cpu > 0.9}]}";

    assertEquals(
        List.of(
            "30:142: steps[0].degrade[1].when: 'cpu > 0.9' is never reached: 'cpu > 0.7' stands"
                + " before it and holds whenever it does (expected: the stricter condition first)"),
        errors(folder, twoVariants(), PIPELINE.replace(STEP + "}", step)));
  }

  @Test
  void hintsAtTheVariantThatWasMeant() throws IOException {
    var step = STEP + ", shadow: {variant: itn8}}";

    assertEquals(
        List.of(
            "30:69: steps[0].shadow.variant: 'itn8' (expected: a variant of stage 'double'; did"
                + " you mean 'int8'?)"),
        errors(folder, twoVariants(), PIPELINE.replace(STEP + "}", step)));
  }

  @Test
  void namesTheTensorThatCannotBeCutByRows() throws IOException {
    var expected =
        " (expected: 1, unless the first dimension of every input and output counts rows: one name"
            + " for all of them, or -1)";
    for (var change :
        List.of(
            List.of("shape: [n]", "shape: []", "'x FP32[]', a scalar"),
            List.of("shape: [n]", "shape: [1]", "'x FP32[1]', whose first dimension is fixed"),
            List.of(
                "y, datatype: FP32, shape: [n]",
                "y, datatype: FP32, shape: [m]",
                "'y FP32[m]', whose rows are not n"))) {
      var stage = STAGE.replace(change.get(0), change.get(1)) + "batching: {maxBatchSize: 4}\n";

      assertEquals(
          List.of("16:26: batching.maxBatchSize: 4 with " + change.get(2) + expected),
          errors(folder, stage));
    }
    var open = STAGE.replace("y, datatype: FP32, shape: [n]", "y, datatype: FP32, shape: [-1]");
    assertEquals(List.of(), errors(folder, open + "batching: {maxBatchSize: 4}\n"));
  }

  @Test
  void warnsWhereABatchMayChangeNumbers() throws IOException {
    assertEquals(
        List.of(
            "16:26: batching.maxBatchSize: 4 with 'fp32' not batchInvariant (expected: variants"
                + " that are, or callers that bear numbers which differ a little with what shares"
                + " the run; answers record that)"),
        shown(read(folder, STAGE + "batching: {maxBatchSize: 4}\n").warnings()));
    var invariant = STAGE + "    batchInvariant: true\nbatching: {maxBatchSize: 4}\n";
    assertEquals(List.of(), shown(read(folder, invariant).warnings()));
    var apart = shown(read(folder, invariant + "isolation: process\n").warnings()).toString();
    assertTrue(apart.contains("4 with isolation: process (expected: 1, as a stage"), apart);
  }

  @Test
  void aQueueThatHoldsNoFrameIsRefused() throws IOException {
    var stage = STAGE.replace("shape: [n]", "shape: [1, 1024]") + "queue: {bytes: 4000}\n";

    assertEquals(
        List.of(
            "16:16: queue.bytes: 3.9 KiB (expected: at least the 4 KiB that a frame's inputs of"
                + " fixed size have)"),
        errors(folder, stage));
  }

  @Test
  void pairedInputsMustBeAbleToComeLate() throws IOException {
    var pipeline =
        PIPELINE.replace("[n]}", "[n]}\n  - {name: z, datatype: FP32, shape: [n]}")
            + "pairing: {inputs: [x, z], tolerance: 2s, lateness: 1s}\n";

    assertEquals(
        List.of(
            "28:23: pairing.inputs[1]: 'z' is required (expected: an input with required: false,"
                + " as it may not come in time)",
            "28:38: pairing.tolerance: 2 s (expected: at most lateness, which is 1 s: an input"
                + " waits no longer for its partners)"),
        errors(folder, STAGE, pipeline));
  }

  private static LoadCondition condition(String text) {
    return LoadCondition.parse(text).orElseThrow();
  }

  private static String twoVariants() {
    var int8 = STAGE.substring(STAGE.indexOf("  - name: fp32")).replace("fp32", "int8");
    return STAGE + int8;
  }
}
